namespace Reproduction.Hosting;

/// <summary>The command line, parsed but not yet checked against the experiment.</summary>
internal sealed record HostOptions
{
    public string? Profile { get; init; }

    public IReadOnlyList<string> Filter { get; init; } = [];

    public int? Seeds { get; init; }

    public int Jobs { get; init; } = 1;

    public string Device { get; init; } = "cpu";

    public Inputs Inputs { get; init; } = new();

    public string? Results { get; init; }

    public bool Force { get; init; }

    public IReadOnlyList<string> Set { get; init; } = [];

    /// <summary>Where trials run: <c>local</c> or <c>slurm</c>.</summary>
    public string Launcher { get; init; } = "local";

    /// <summary>The key of the only trial that this process runs, under a launcher that follows it from outside.</summary>
    public string? Trial { get; init; }

    /// <summary>Whether this process takes its trials from standard input.</summary>
    public bool Worker { get; init; }

    /// <summary>What the user reads about a run that ended before its time.</summary>
    public string HowToGoOn => Force
        ? "The same command starts over, as --force says; without --force it runs only what has no record."
        : "The same command goes on from here.";

    /// <summary>The command line as it was given, to start workers with and for the manifest.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];
}
