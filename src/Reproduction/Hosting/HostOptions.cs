namespace Reproduction.Hosting;

/// <summary>The command line, parsed but not yet checked against the experiment.</summary>
internal sealed record HostOptions
{
    public string? Profile { get; init; }

    public IReadOnlyList<string> Filter { get; init; } = [];

    public int? Seeds { get; init; }

    /// <summary>Worker processes; null for as many as this machine runs fast.</summary>
    public int? Jobs { get; init; }

    public string Device { get; init; } = "cpu";

    public Inputs Inputs { get; init; } = new();

    public string? Results { get; init; }

    public bool Force { get; init; }

    public IReadOnlyList<string> Set { get; init; } = [];

    /// <summary>Where trials run: <c>local</c> or <c>slurm</c>.</summary>
    public string Launcher { get; init; } = "local";

    /// <summary>Whether the results become the reference results.</summary>
    public bool Publish { get; init; }

    /// <summary>Whether reference results of trials that the new ones lack may go.</summary>
    public bool Replace { get; init; }

    /// <summary>The key of the only trial that this process runs, under a launcher that follows it from outside.</summary>
    public string? Trial { get; init; }

    /// <summary>Whether this process takes its trials from standard input.</summary>
    public bool Worker { get; init; }

    /// <summary>What the user reads about a run that ended before its time.</summary>
    public string HowToResume => Force
        ? "The same command starts over, as --force says; without --force it runs only what has no record."
        : "Rerun the same command to resume.";

    /// <summary>The command line, to start workers with.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The command line as the user gave it: without the words that make a process a worker, which stand at its end.</summary>
    public IReadOnlyList<string> GivenArguments =>
        Worker ? [.. Arguments.SkipLast(1)] : Trial is null ? Arguments : [.. Arguments.SkipLast(2)];
}
