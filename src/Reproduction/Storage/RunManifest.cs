namespace Reproduction.Storage;

/// <summary>Where a trial's values come from.</summary>
public sealed record RunManifest
{
    /// <summary>When the trial was started, by the machine's clock; informative only.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Seconds of wall time over all parts of an interrupted trial, by a clock that never goes backwards.</summary>
    public required double WallSeconds { get; init; }

    /// <summary>How often the trial was interrupted and resumed. The time of a part that was killed is lost.</summary>
    public required int Resumed { get; init; }

    /// <summary>Peak resident memory, in bytes, of the process that ran the trial, earlier trials in it included.</summary>
    public required long PeakMemoryBytes { get; init; }

    /// <summary>The device asked for.</summary>
    public required string Device { get; init; }

    /// <summary>Name of the machine, its operating system and processor count.</summary>
    public required string Machine { get; init; }

    /// <summary>Version and commit of the program.</summary>
    public required string CodeVersion { get; init; }

    /// <summary>Versions of the libraries that were loaded.</summary>
    public required IReadOnlyDictionary<string, string> Libraries { get; init; }

    /// <summary>The options given on the command line.</summary>
    public required IReadOnlyList<string> CommandLine { get; init; }

    /// <summary>What the experiment adds: hashes of data and weights, tokens per second...</summary>
    public required IReadOnlyDictionary<string, string> Facts { get; init; }
}
