using Reproduction.Storage;

namespace Reproduction.Tests.Storage;

/// <summary>What a line of results.csv must hold; errors name file, line, column, what was found and what is expected.</summary>
public sealed class ValidatedRowsTests : IDisposable
{
    private const string Header = "experiment,profile,method,variant,rank,published_rank,task,seed,step,metric,value,n,stderr,unit\n";
    private const string Line = "Fake,mini,lora,,8,8,rte,0,,accuracy,80.5,277,2.4,%\n";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Fake,mini,lora,,8,8,rte,,,accuracy,80.5,277,2.4,%", "found no seed, expected a whole number from 0 on")]
    [InlineData("Fake,mini,lora,,8,8,rte,-1,,accuracy,80.5,277,2.4,%", "found seed \"-1\", expected a whole number from 0 on")]
    [InlineData("Fake,mini,lora,,0,8,rte,1,,accuracy,80.5,277,2.4,%", "found rank \"0\", expected a whole number from 1 on")]
    [InlineData("Fake,mini,lora,,8,-8,rte,1,,accuracy,80.5,277,2.4,%", "found published_rank \"-8\", expected a whole number from 1 on")]
    [InlineData("Fake,mini,lora,,8,8,rte,1,-5,accuracy,80.5,277,2.4,%", "found step \"-5\", expected a whole number from 0 on")]
    [InlineData("Fake,mini,lora,,8,8,rte,1,,accuracy,80.5,0,2.4,%", "found n \"0\", expected a whole number from 1 on")]
    [InlineData("Fake,mini,lora,,8,8,rte,1,,accuracy,80.5,277,NaN,%", "found stderr \"NaN\", expected a finite number from 0 on")]
    [InlineData("Fake,mini,lora,,8,8,rte,1,,accuracy,80.5,277,-2,%", "found stderr \"-2\", expected a finite number from 0 on")]
    [InlineData("Fake,mini,lora,,8,8,rte,1,,accuracy,1e999,277,2.4,%", "found value \"1e999\", expected a number")]
    [InlineData("Fake,mini,lora,,8,8,rte,1,,accuracy,,277,2.4,%", "found no value, expected a number")]
    [InlineData("Fake,mini,,,8,8,rte,1,,accuracy,80.5,277,2.4,%", "found no method, expected a text")]
    [InlineData("Fake,mini,lora,,8,8,rte,1,,,80.5,277,2.4,%", "found no metric, expected a text")]
    [InlineData("Other,mini,lora,,8,8,rte,1,,accuracy,80.5,277,2.4,%", "found experiment \"Other\", expected \"Fake\"")]
    [InlineData("Fake,paper,lora,,8,8,rte,1,,accuracy,80.5,277,2.4,%", "found profile \"paper\", expected \"mini\"")]
    [InlineData("Fake,mini,lora,,8,24,rte,0,,training_loss,0.5,,,", "found published_rank \"24\", expected 8 as in line 2")]
    public void A_line_that_cannot_be_is_named_with_file_line_and_column(string line, string expected)
    {
        var path = Write(Header + Line + line + "\n");

        var (code, output) = _folder.Run("report");

        Assert.Equal(1, code);
        Assert.Equal($"error: {path}, line 3: {expected}.", output.Trim());
    }

    [Theory]
    [InlineData("Fake,mini,lora,,8,8,rte,0,,accuracy,80.5,277,2.4,%")]
    [InlineData("Fake,mini,lora,,8,8,rte,0,,accuracy,70,277,2.4,%")]
    [InlineData("Fake,mini,lora,,8,8,rte,0,,accuracy,70,,,")]
    public void A_value_that_is_there_twice_is_refused_with_both_lines(string again)
    {
        var path = Write(Header + Line + "Fake,mini,lora,,8,8,rte,1,,accuracy,80.5,277,2.4,%\n" + again + "\n");

        var (code, output) = _folder.Run("report");

        Assert.Equal(1, code);
        Assert.Equal(
            $"error: {path}, line 4: found accuracy of lora-r8.rte.s0 again (first in line 2), "
            + "expected one value of each trial, metric and step.",
            output.Trim());
        Assert.False(File.Exists(Path.Combine(_folder.Profile(), "report.md")));
    }

    [Theory]
    [InlineData("report")]
    [InlineData("figures")]
    [InlineData("report", "--publish")]
    public void A_file_cut_at_the_end_of_a_line_is_noticed(params string[] args)
    {
        _folder.Run();
        Directory.Delete(Path.Combine(_folder.Profile(), "runs"), recursive: true);
        Assert.Equal(0, _folder.Run("report").Code);
        var whole = _folder.Csv();
        var path = Write(whole[..(whole.LastIndexOf('\n', whole.Length - 2) + 1)]);

        var (code, output) = _folder.Run(args);

        Assert.Equal(1, code);
        Assert.StartsWith($"error: {path}: ", output, StringComparison.Ordinal);
        Assert.Single(output.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("")]
    [InlineData("é \"quoted\", with commas")]
    [InlineData("\rline\r\nbreaks\n")]
    [InlineData(" spaces ")]
    [InlineData("=1+1")]
    public void Texts_come_back_as_they_were(string text)
    {
        var row = new ResultRow("Fake", "mini", "lora" + text, 8, text, 0, null, "m" + text, 80.5, 277, 2.4, text) { Variant = text };

        var path = Write(ResultsCsv.Format([row]));

        Assert.Equal([row], ResultsCsv.Read(path));
    }

    [Fact]
    public void Values_that_are_no_numbers_come_back_as_they_were()
    {
        // A diverged training has no score, and the worst of losses.
        var row = new ResultRow("Fake", "mini", "lora", 8, "rte", 0, null, "accuracy", double.NaN, null, null, "%");
        ResultRow[] rows = [row, row with { Metric = "loss", Value = double.PositiveInfinity }];

        var path = Write(ResultsCsv.Format(rows));

        Assert.Equal(rows, ResultsCsv.Read(path));
    }

    private string Write(string text)
    {
        Directory.CreateDirectory(_folder.Profile());
        var path = Path.Combine(_folder.Profile(), "results.csv");
        File.WriteAllText(path, text);
        return path;
    }
}
