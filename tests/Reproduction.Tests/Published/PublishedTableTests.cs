using Reproduction.Claims;
using Reproduction.Published;
using SpectralExperiments.Tests;

namespace Reproduction.Tests.Published;

public sealed class PublishedTableTests : IDisposable
{
    private static readonly string Shipped = Path.Combine(RepositoryPaths.Root, "data", "published");

    private readonly string _folder = Directory.CreateTempSubdirectory("published-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_shipped_file_can_be_read_and_no_key_stands_twice()
    {
        var values = Directory.EnumerateFiles(Shipped, "*.csv")
            .Where(path => Path.GetFileName(path) != ClaimTable.FileName).SelectMany(PublishedTable.Read).ToList();

        Assert.True(values.Count > 400);
        Assert.Equal(
            values.Count,
            values.DistinctBy(value => (value.Artefact, value.Method, value.Rank, value.Task, value.Step, value.Metric)).Count());
        Assert.All(
            values.Where(value => value.Source.StartsWith("digitised", StringComparison.Ordinal)),
            value => Assert.True(value.ReadingError > 0));
    }

    [Fact]
    public void Table_1_has_forty_scores_whose_means_are_the_published_averages()
    {
        var table = PublishedTable.Load(Shipped, ["table1"]);

        string[] methods = ["lora", "dora", "oft", "adalora", "spectral-a"];
        Assert.Equal(methods, table.Select(value => value.Method).Distinct());
        foreach (var method in methods)
        {
            var scores = table.Where(value => value.Method == method && value.Task is not ("" or "avg")).ToList();
            Assert.Equal(8, scores.Count);
            var average = table.Single(value => value.Method == method && value.Task == "avg").Value;
            Assert.Equal(average, scores.Average(value => value.Value), 0.0051);
        }

        Assert.Equal(69.44, table.Single(value => value is { Method: "spectral-a", Task: "cola", Metric: "matthews" }).Value);
        Assert.Equal(1.07, table.Single(value => value is { Method: "adalora", Metric: "trainable_share" }).Value);
        Assert.All(table.Where(value => value.Unit == "%"), value => Assert.Equal(2, value.Decimals));
        Assert.Equal(5, PublishedTable.Read(Path.Combine(Shipped, "figure1-settings.csv")).First(value => value.Value == 1e-5).Decimals);
    }

    [Fact]
    public void Table_2_prints_the_standard_errors_of_counts_of_1319()
    {
        foreach (var value in PublishedTable.Load(Shipped, ["table2"]).Where(value => value.Metric == "gsm8k_strict"))
        {
            var correct = (int)Math.Round(value.Value / 100 * 1319);
            Assert.Equal(value.Value, 100.0 * correct / 1319, 0.005);
            var share = correct / 1319.0;
            Assert.Equal(value.StandardError!.Value, 100 * Math.Sqrt(share * (1 - share) / 1318), 0.005);
        }
    }

    [Fact]
    public void Digitised_curves_are_complete()
    {
        var figure = PublishedTable.Load(Shipped, ["figure1"]);

        Assert.Equal(36, figure.Count(value => value is { Metric: "gsm8k_flexible", Step: > 0 }));
        Assert.Equal(66, figure.Count(value => value.Metric == "training_loss"));
        Assert.Equal(0.323, figure.Single(value => value is { Method: "spectral-a", Step: 1242 }).Value);
    }

    [Theory]
    [InlineData(
        "table9,lora,8,rte,,accuracy,1,,,%,here,V\ntable9,lora,8,rte,,accuracy,2,,,%,here,V\n",
        "line 3: found the key (table9, lora, 8, rte, , accuracy) again (first in line 2)")]
    [InlineData("table9,lora,8,rte,,accuracy,high,,,%,here,V\n", "line 2: found value \"high\", expected a number")]
    [InlineData("table9,lora,8,rte,,accuracy,,,,%,here,V\n", "line 2: found no value, expected a number")]
    [InlineData("table9,lora,eight,rte,,accuracy,1,,,%,here,V\n", "line 2: found rank \"eight\", expected a whole number")]
    [InlineData("table9,lora,8,rte,,accuracy,1,,,%,here,M\n", "line 2: found confidence \"M\", expected one of V, C, S, D")]
    [InlineData("table9,,8,rte,,accuracy,1,,,%,here,V\n", "line 2: found no method, expected a text")]
    [InlineData("table9,lora,8,rte,,accuracy,1,,,%,here\n", "line 2:")]
    [InlineData("table9,lora,8,rte,,accuracy,1,,,%,\"here,V\n", "line 2:")]
    public void A_bad_row_is_named_with_file_and_line(string rows, string expected)
    {
        var path = Path.Combine(_folder, "bad.csv");
        File.WriteAllText(path, PublishedFiles.Header + rows);

        var error = Assert.Throws<UserErrorException>(() => PublishedTable.Read(path));

        Assert.StartsWith(path, error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void A_key_in_two_files_is_named_with_both()
    {
        foreach (var name in (string[])["a.csv", "b.csv"])
        {
            File.WriteAllText(Path.Combine(_folder, name), PublishedFiles.Header + "table9,lora,8,rte,,accuracy,1,,,%,here,V\n");
        }

        var message = Assert.Throws<UserErrorException>(() => PublishedTable.Load(_folder, ["table9"])).Message;

        Assert.StartsWith(Path.Combine(_folder, "b.csv"), message);
        Assert.Contains($"(table9, lora, 8, rte, , accuracy) again (it also stands in {Path.Combine(_folder, "a.csv")})", message);
    }

    [Fact]
    public void A_wrong_header_a_missing_artefact_and_a_missing_folder_are_named()
    {
        var path = Path.Combine(_folder, "bad.csv");
        File.WriteAllText(path, "method,value\n");

        Assert.Contains("found the header \"method,value\"", Assert.Throws<UserErrorException>(() => PublishedTable.Read(path)).Message);
        File.Delete(path);
        Assert.Contains(
            "no file with values of table1", Assert.Throws<UserErrorException>(() => PublishedTable.Load(_folder, ["table1"])).Message);
        Assert.Contains("no such folder", Assert.Throws<UserErrorException>(() => PublishedTable.Load(_folder + "x", ["table1"])).Message);
    }
}
