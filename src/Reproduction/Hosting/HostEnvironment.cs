using Reproduction.Hosting.Display;
using Spectre.Console;

namespace Reproduction.Hosting;

/// <summary>What the host needs from the process around it.</summary>
internal sealed record HostEnvironment
{
    /// <summary>The console for tables and progress.</summary>
    public required IAnsiConsole Console { get; init; }

    /// <summary>Standard output as it is, for help and for a worker's messages.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Standard error, for errors and warnings; by default where the rest goes.</summary>
    public TextWriter Errors { get => field ?? Output; init; }

    /// <summary>Tells why standard output could not be written; null as long as it can.</summary>
    public Func<string?> OutputProblem { get; init; } = () => null;

    /// <summary>Opens standard input, from which a worker takes its trials; nobody else may disturb the terminal's settings.</summary>
    public required Func<TextReader> Input { get; init; }

    /// <summary>Whether progress is shown as moving bars.</summary>
    public required bool Interactive { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The program and its first arguments by which a worker process is started.</summary>
    public required IReadOnlyList<string> WorkerCommand { get; init; }

    /// <summary>The folder that holds data/published and the reference results.</summary>
    public required string Root { get; init; }

    /// <summary>The folder of the user's results where <c>--results</c> names none.</summary>
    public required string Results { get; init; }

    /// <summary>The processor's cores, each with one thread of work.</summary>
    public required int Cores { get; init; }

    /// <summary>The memory that this machine, or the container, gives, in bytes.</summary>
    public long MemoryBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Prints an error on a line of its own.</summary>
    public void Error(string message) => Print("error", message);

    /// <summary>Prints a warning on a line of its own.</summary>
    public void Warn(string message) => Print("warning", message);

    /// <summary>The environment of the running program.</summary>
    /// <param name="args">The experiment's part of the command line: words before it choose the experiment, for workers too.</param>
    public static HostEnvironment OfProcess(IReadOnlyCollection<string> args)
    {
        // Through the console itself: Spectre knows a terminal by its being Console.Out.
        var output = new LastingWriter(System.Console.Out);
        System.Console.SetOut(output);
        System.Console.SetError(new LastingWriter(System.Console.Error));
        var redirected = System.Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(System.Console.Out),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        });
        if (redirected)
        {
            // A file has no width: lines must not be wrapped at the 80 columns that Spectre assumes.
            console.Profile.Width = 10_000;
        }

        return new HostEnvironment
        {
            Console = console,
            Output = System.Console.Out,
            Errors = System.Console.Error,
            OutputProblem = () => output.Problem,
            Input = () => System.Console.In,
            Interactive = !redirected && console.Profile.Capabilities.Interactive,
            WorkerCommand = OwnCommand(args.Count),
            Root = RepositoryFolder.Find(),
            Results = RepositoryFolder.FindResults(),
            Cores = ProcessorCores.Count(),
        };
    }

    private void Print(string kind, string message)
    {
        Errors.WriteLine($"{kind}: {message.ReplaceLineEndings(" ")}");
        Errors.Flush();
    }

    private static IReadOnlyList<string> OwnCommand(int arguments)
    {
        var process = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this program is unknown.");
        var words = Environment.GetCommandLineArgs();

        // The first word is the program's library where dotnet runs it, and the program itself elsewhere.
        var isDotnet = Path.GetFileNameWithoutExtension(process).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        string[] program = isDotnet ? [process, Path.GetFullPath(words[0])] : [process];
        return [.. program, .. words.Skip(1).SkipLast(arguments)];
    }
}
