using DebertaGlue;
using Reproduction;
using Reproduction.Hosting;
using Spectre.Console;

namespace SpectralExperiments.Tests;

/// <summary>The experiment's command line in this process.</summary>
internal static class GlueHost
{
    public static (int Code, string Output) Run(string results, params string[] args)
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = 10_000;
        var environment = new HostEnvironment
        {
            Console = console,
            Output = output,
            Input = () => TextReader.Null,
            Interactive = false,
            WorkerCommand = [],
            Root = RepositoryPaths.Root,
            Results = results,
            Cores = 1,
        };
        var code = ReproductionHost.Run(args, new DebertaGlueExperiment(), environment, CancellationToken.None);
        return (code, output.ToString());
    }
}
