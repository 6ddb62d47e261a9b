namespace SpectralExperiments.Tests;

public sealed class DebertaGlueTests
{
    private const string Program = "DebertaGlue";

    [Fact]
    public void EveryMethodTrainsWritesResultsAndFiguresAndIsNotRunTwice()
    {
        using var glue = new TinyGlue();
        var arguments = glue.Arguments("task=rte");

        var first = ProgramRun.Of(Program, arguments);

        Assert.True(first.ExitCode == 0, first.Output);
        var csv = File.ReadAllText(glue.ResultsCsv);
        foreach (var method in (string[])["full,", "lora,6", "dora,6", "oft,4", "adalora,6", "spectral-a,6"])
        {
            Assert.Contains($"DebertaGlue,mini,{method},rte,0,,accuracy,", csv, StringComparison.Ordinal);
        }

        Assert.Contains("DebertaGlue,mini,spectral-a,6,rte,0,2,training_loss,", csv, StringComparison.Ordinal);
        var figures = Path.Combine(Path.GetDirectoryName(glue.ResultsCsv)!, "figures");
        Assert.True(File.Exists(Path.Combine(figures, "table1-bars.svg")));
        Assert.True(new FileInfo(Path.Combine(figures, "table1-bars.png")).Length > 5_000);
        Assert.Contains("83.39", first.Output, StringComparison.Ordinal);

        var written = Directory.GetFiles(Path.Combine(Path.GetDirectoryName(glue.ResultsCsv)!, "runs"), "*.json").ToDictionary(file => file, File.GetLastWriteTimeUtc);
        var second = ProgramRun.Of(Program, arguments);

        Assert.Equal(0, second.ExitCode);
        Assert.All(written, entry => Assert.Equal(entry.Value, File.GetLastWriteTimeUtc(entry.Key)));
        Assert.Equal(csv, File.ReadAllText(glue.ResultsCsv));
    }

    [Fact]
    public void ThePlanOfThePaperProfileHasThePublishedCounts()
    {
        var plan = ProgramRun.Of(Program, "plan", "--profile", "paper", "--filter", "task=rte");

        Assert.True(plan.ExitCode == 0, plan.Output);
        (string Method, string Count, string Share)[] expected =
        [
            ("lora", "1,327,104", "0.7153"), ("dora", "1,354,752", "0.7301"), ("oft", "1,327,104", "0.7153"),
            ("adalora", "1,991,952", "1.0694"), ("spectral-a", "1,327,104", "0.7153"),
        ];
        foreach (var (method, count, share) in expected)
        {
            var line = plan.Output.Split('\n').Single(line => line.Contains($" {method} ", StringComparison.Ordinal));
            Assert.Contains(count, line, StringComparison.Ordinal);
            Assert.Contains("1,538", line, StringComparison.Ordinal);
            Assert.Contains(share, line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void WithoutAnyFileTheTasksAreGeneratedAndTheModelComesFromTheZoo()
    {
        using var folder = new TemporaryFolder();

        var run = ProgramRun.Of(Program, "--results", folder.Root, "--filter", "task=rte,method=spectral-a", "--set", "max_steps=2");

        Assert.True(run.ExitCode == 0, run.Output);
        var record = File.ReadAllText(Directory.GetFiles(folder.Root, "spectral-a-r6.rte.s0.json", SearchOption.AllDirectories).Single());
        Assert.Contains("data/zoo/deberta-mini", record, StringComparison.Ordinal);
        Assert.Contains("MicroGlue, seed 0", record, StringComparison.Ordinal);
    }

    [Fact]
    public void ABrokenRowStopsBeforeAnyWorkWithFileAndLine()
    {
        using var glue = new TinyGlue();
        File.AppendAllText(glue.TrainFile, "24\tonly two columns\n");

        var run = ProgramRun.Of(Program, glue.Arguments("task=rte,method=lora"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{glue.TrainFile}", run.Output, StringComparison.Ordinal);
        Assert.Contains("26", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(glue.ResultsCsv));
    }

    [Theory]
    [InlineData("task=nosuchtask", "nosuchtask")]
    [InlineData("method=nosuchmethod", "nosuchmethod")]
    [InlineData("colour=red", "colour")]
    public void AnUnknownFilterIsRefusedByName(string filter, string named)
    {
        using var glue = new TinyGlue();
        var run = ProgramRun.Of(Program, glue.Arguments(filter));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(named, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingDataIsNamedWithThePlacesLookedAt()
    {
        using var glue = new TinyGlue();
        Directory.Delete(glue.Data, recursive: true);
        Directory.CreateDirectory(glue.Data);
        var run = ProgramRun.Of(Program, glue.Arguments("task=rte"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(glue.Data, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
    }
}
