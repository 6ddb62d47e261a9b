using Reproduction;
using Reproduction.Hosting;
using Spectre.Console;

namespace SpectralExperiments.Tests;

/// <summary>A whole experiment on one page, through the host: sweep, results, published ranks, pictures, report.</summary>
public sealed class FakeExperimentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FakeExperimentTests() => _folder.Write(
        "data/published/fake.csv",
        "artefact,method,rank,task,step,metric,value,stderr,reading_error,unit,source,confidence\n"
        + "fake,lora,8,vase,,accuracy,43.00,,,%,a table,V\n"
        + "fake,lora,16,vase,,accuracy,44.00,,,%,a table,V\n"
        + "fake,spectral-a,8,vase,,accuracy,45.00,,,%,a table,V\n");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_sweep_extends_its_grid_and_the_profile_takes_its_rate_and_says_so()
    {
        Assert.Contains("found no result of lora on vase for every rate of the grid", Run().Output, StringComparison.Ordinal);

        var sweep = Run("--profile", "mini-sweep");
        var run = Run();

        Assert.Equal(0, sweep.Code);
        Assert.Contains("4 trials more, as the results so far ask for them", sweep.Output, StringComparison.Ordinal);
        Assert.Equal(0, run.Code);
        Assert.Contains("your own sweep", run.Output, StringComparison.Ordinal);
        var record = File.ReadAllText(Path.Combine(_folder.Root, "results", "Fake", "mini", "runs", "lora-r2.vase.s0.json"));
        Assert.Contains("\"learning_rate\": 0.1,", record, StringComparison.Ordinal);
        Assert.Contains("\"published_rank\": 8", record, StringComparison.Ordinal);
    }

    [Fact]
    public void Ranks_stand_beside_the_published_ones_and_pictures_in_the_report()
    {
        Run("--profile", "mini-sweep");

        var (code, output) = Run();

        Assert.Equal(0, code);
        Assert.Matches(@"lora r=2 \(8\)\s*\| 42.20 ± 0.98 \(43.00\)", output);
        Assert.Matches(@"lora r=4 \(16\)\s*\| 42.40 ± 0.98 \(44.00\)", output);
        var report = File.ReadAllText(Path.Combine(_folder.Root, "results", "Fake", "mini", "report.md"));
        Assert.Contains("![lora r=2 vase seed 0: vase](pictures/lora-r2.vase.s0/vase.png)", report, StringComparison.Ordinal);
        Assert.Single(
            Directory.GetFiles(
                Path.Combine(_folder.Root, "results", "Fake", "mini", "runs", "shared"), "concept.txt", SearchOption.AllDirectories));
    }

    private (int Code, string Output) Run(params string[] args)
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = 1_000;
        var environment = new HostEnvironment
        {
            Console = console,
            Output = output,
            Input = () => TextReader.Null,
            Interactive = false,
            WorkerCommand = [],
            Root = _folder.Root,
            Results = Path.Combine(_folder.Root, "results"),
            Cores = 1,
        };
        var code = ReproductionHost.Run(args, new FakeExperiment(), environment, CancellationToken.None);
        return (code, output.ToString());
    }
}
