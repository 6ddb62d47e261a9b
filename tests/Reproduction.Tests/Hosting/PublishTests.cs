namespace Reproduction.Tests.Hosting;

/// <summary>The reference results: only <c>report --publish</c> writes them, and none is lost unasked.</summary>
public sealed class PublishTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _readme;

    public PublishTests()
    {
        _readme = Path.Combine(_folder.Root, "README.md");
        File.WriteAllText(_readme, "# Title\n\n<!-- verdicts -->\nold\n<!-- /verdicts -->\n\nText\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Publishing_writes_the_reference_results_their_reports_and_the_readmes_verdicts()
    {
        _folder.Run();
        Assert.Contains("old", File.ReadAllText(_readme));

        var (code, output) = _folder.Run("report", "--publish");

        Assert.Equal(0, code);
        Assert.Contains($"reference {Path.Combine(_folder.Reference(), "results.csv")}", output);
        Assert.Equal(_folder.Csv(), File.ReadAllText(Path.Combine(_folder.Reference(), "results.csv")));
        Assert.True(File.Exists(Path.Combine(_folder.Reference(), "figures", "rows.svg")));
        var report = File.ReadAllText(Path.Combine(_folder.Reference(), "report.md"));
        Assert.Contains("| fake | lora r=8 | rte | accuracy (%) | 50.90 |  | 51.23", report);
        Assert.DoesNotContain("[reference]", report);
        Assert.Contains(
            "![Number of rows](Fake/mini/figures/rows.png)", File.ReadAllText(Path.Combine(_folder.Results, "reference", "REPORT.md")));
        Assert.True(File.Exists(Path.Combine(_folder.Results, "reference", "index.html")));
        Assert.Equal(
            "# Title\n\n<!-- verdicts -->\n" +
            "| experiment | profile | table or figure | Reproduced | WithinNoise | Lower | Higher | NotComparable | NotRun |\n" +
            "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n" +
            "| Fake | mini | fake | 1 | 0 | 0 | 0 | 2 | 1 |\n\n" +
            "| claim of the paper | source | profile | verdict |\n" +
            "| --- | --- | --- | --- |\n" +
            "| A trains as much as LoRA | Table 0 | mini | HOLDS |\n" +
            "| A is best on RTE | Table 0 | mini | HOLDS |\n\n" +
            "Without results yet: 1 of the 3 claims in data/published/claims.csv.\n" +
            "<!-- /verdicts -->\n\nText\n",
            File.ReadAllText(_readme));
    }

    [Theory]
    [InlineData("--filter", "task=rte,method=lora")]
    [InlineData("--filter", "task=rte", "--set", "learning_rate=0.25")]
    [InlineData("--profile", "broken", "--filter", "method=throwing")]
    [InlineData("report")]
    [InlineData("figures")]
    public void No_other_command_touches_reference_results_or_readme(params string[] args)
    {
        Publish();
        var before = Snapshot();

        _folder.Run(args);

        Assert.Equal(before, Snapshot());
    }

    [Theory]
    [InlineData("there are no reference results", "report", "--publish", "--profile", "paper")]
    [InlineData("does not tell with which settings", "report", "--publish", "--set", "milliseconds=1")]
    [InlineData("which only report --publish writes", "list", "--results", "REFERENCE/")]
    [InlineData("which only report --publish writes", "list", "--results", "REFERENCE/Fake")]
    public void What_would_spoil_reference_results_is_refused(string expected, params string[] args)
    {
        Publish();
        var before = Snapshot();

        var (code, output) = _folder.Run(
            [.. args.Select(arg => arg.Replace("REFERENCE", Path.Combine(_folder.Results, "reference"), StringComparison.Ordinal))]);

        Assert.NotEqual(0, code);
        Assert.Contains(expected, output);
        Assert.Equal(before, Snapshot());
    }

    [Fact]
    public void A_first_run_shows_published_reference_and_measured()
    {
        Publish();

        var (code, output) = _folder.Run("--filter", "task=rte,method=lora,seed=0");

        Assert.Equal(0, code);
        Assert.Contains("fake: measured [reference] (published)", output);
        Assert.Matches(@"lora r=8\s*\| 0.7153 planned \(0.72\)\s*\| 50.73 ± 4.90 \[51.23\] \(50.90\)", output);
        Assert.Contains(
            "| fake | lora r=8 | rte | accuracy (%) | 50.90 | 51.23 ± 6.35 | 50.73 ± 4.90 |  | 1 |",
            File.ReadAllText(Path.Combine(_folder.Profile(), "report.md")));
    }

    [Fact]
    public void Results_that_lack_a_reference_trial_are_not_published_unless_asked_for()
    {
        Publish();
        var before = Snapshot();
        _folder.Run("--filter", "task=rte");

        var (code, output) = _folder.Run("report", "--publish");

        Assert.Equal(1, code);
        Assert.Contains(
            "4 trials have reference results but none in", output);
        Assert.Contains("lora-r8.mrpc.s0, lora-r8.mrpc.s1, spectral-a-r8.mrpc.s0, spectral-a-r8.mrpc.s1.", output);
        Assert.Equal(before, Snapshot());

        Assert.Equal(0, _folder.Run("report", "--publish", "--replace").Code);
        Assert.DoesNotContain("mrpc", File.ReadAllText(Path.Combine(_folder.Reference(), "results.csv")));
    }

    [Fact]
    public void Without_results_of_ones_own_the_reference_is_reported_again()
    {
        Publish();
        var before = Snapshot();

        var (code, output) = _folder.Run("report", "--publish");

        Assert.Equal(0, code);
        Assert.Contains("holds no results: the reference results are reported again.", output);
        Assert.Equal(before, Snapshot());
    }

    [Fact]
    public void Pictures_are_published_too()
    {
        _folder.Run("--profile", "growing");

        _folder.Run("report", "--profile", "growing", "--publish");

        var picture = Path.Combine(_folder.Reference("growing"), "pictures", "good-r1.rte.s0", "smile.png");
        Assert.Equal(FakeExperiment.Png, File.ReadAllBytes(picture));
        Assert.Contains(
            "![good r=1 rte seed 0: smile](pictures/good-r1.rte.s0/smile.png)",
            File.ReadAllText(Path.Combine(_folder.Reference("growing"), "report.md")));
    }

    [Theory]
    [InlineData("--replace: has no effect without --publish", "report", "--replace")]
    [InlineData("holds the reference results", "--results", "results/reference")]
    [InlineData("holds the reference results", "--results", "results/reference/")]
    [InlineData("holds the reference results", "--results", "results/reference/Fake")]
    public void What_would_go_wrong_is_refused(string expected, params string[] args)
    {
        if (args[0] == "--results")
        {
            args[1] = Path.Combine(_folder.Root, args[1]);
        }

        var (code, output) = _folder.Run(args);

        Assert.Equal(1, code);
        Assert.Contains(expected, output);
    }

    [Fact]
    public void Settings_cannot_be_claimed_for_values_without_records()
    {
        _folder.Run();
        Directory.Delete(Path.Combine(_folder.Profile(), "runs"), recursive: true);

        var (code, output) = _folder.Run("report", "--set", "learning_rate=0.25");

        Assert.Equal(1, code);
        Assert.Contains("does not tell with which settings its values were made", output);
    }

    // What a clone of the repository has: reference results, and none of one's own.
    private void Publish()
    {
        _folder.Run();
        _folder.Run("report", "--publish");
        Directory.Delete(Path.Combine(_folder.Results, "Fake"), recursive: true);
    }

    private Dictionary<string, string> Snapshot() => Directory
        .EnumerateFiles(Path.Combine(_folder.Results, "reference"), "*", SearchOption.AllDirectories)
        .Append(_readme)
        .ToDictionary(path => path, File.ReadAllText);
}
