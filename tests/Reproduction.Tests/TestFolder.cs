using System.Diagnostics;
using Reproduction.Hosting;
using Spectre.Console;

namespace Reproduction.Tests;

/// <summary>A repository of its own for one test, and the fake experiment run in it.</summary>
internal sealed class TestFolder : IDisposable
{
    /// <summary>The program of the fake experiment.</summary>
    public static readonly string Program = typeof(FakeExperiment).Assembly.Location;

    public TestFolder()
    {
        Root = Directory.CreateTempSubdirectory("reproduction-test-").FullName;
        Directory.CreateDirectory(Path.Combine(Root, "data", "published"));
        File.WriteAllText(Path.Combine(Root, "data", "published", "fake.csv"), PublishedFiles.Header +
            "fake,lora,8,,,trainable_share,0.72,,,%,a table,V\n" +
            "fake,lora,8,rte,,accuracy,50.90,,,%,a table,V\n" +
            "fake,lora,8,avg,,score,51.00,,,%,a table,V\n" +
            "fake,dora,8,rte,,accuracy,50.10,,,%,a table,V\n");
        File.WriteAllText(Path.Combine(Root, "data", "published", "claims.csv"),
            "id,experiment,claim,source,subject,relation,rivals,metric,tasks,factor,at_least\n" +
            "same,Fake,A trains as much as LoRA,Table 0,spectral-a,=,lora,trainable_parameters,,,\n" +
            "best,Fake,A is best on RTE,Table 0,spectral-a,>,lora,accuracy,rte,,\n" +
            "other,Other,Not about this experiment,Table 9,spectral-a,>,lora,accuracy,rte,,\n");
    }

    /// <summary>Where this machine finds programs.</summary>
    public static string SystemPath => System.Environment.GetEnvironmentVariable("PATH")!;

    public string Root { get; }

    public string Results => Path.Combine(Root, "results");

    public FakeExperiment Experiment { get; } = new();

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public string Profile(string name = "mini") => Path.Combine(Results, "Fake", name);

    public string Csv(string profile = "mini") => File.ReadAllText(Path.Combine(Profile(profile), "results.csv"));

    public string Reference(string profile = "mini") => Path.Combine(Results, "reference", "Fake", profile);

    public string Record(string key, string profile = "mini") => Path.Combine(Profile(profile), "runs", key + ".json");

    /// <summary>Runs a command line in this process.</summary>
    public (int Code, string Output) Run(params string[] args) => Run(CancellationToken.None, args);

    public (int Code, string Output) Run(CancellationToken cancellation, params string[] args)
    {
        using var output = new StringWriter();
        var code = ReproductionHost.Run(args, Experiment, Environment(output), cancellation);
        return (code, output.ToString());
    }

    /// <summary>One core, so that the trials run in this process unless workers are asked for.</summary>
    public HostEnvironment Environment(StringWriter output)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = 10_000;
        return new HostEnvironment
        {
            Console = console,
            Output = output,
            Input = () => TextReader.Null,
            Interactive = false,
            Time = Time,
            WorkerCommand = [System.Environment.ProcessPath!, "exec", Program],
            Root = Root,
            Results = Results,
            Cores = 1,
        };
    }

    /// <summary>Starts a command line in a process of its own, whose working directory is this folder.</summary>
    public Process Start(params string[] args) => Start(SystemPath, args);

    /// <summary>Starts a command line in a process that finds programs along <paramref name="searchPath"/>.</summary>
    public Process Start(string searchPath, string[] args)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Program, .. args])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = searchPath;
        return Process.Start(start)!;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
