namespace Reproduction.Storage;

/// <summary>The file that a trial leaves: what was run, how it ended, what was measured.</summary>
public sealed record TrialRecord
{
    /// <summary>The layout of the file.</summary>
    public const int CurrentFormat = 2;

    /// <summary>The layout this record was written with.</summary>
    public required int Format { get; init; }

    /// <summary>The experiment's id.</summary>
    public required string Experiment { get; init; }

    /// <summary>The profile's name.</summary>
    public required string Profile { get; init; }

    /// <summary>The trial with its whole effective configuration and its inputs.</summary>
    public required Trial Trial { get; init; }

    /// <summary>Why the trial failed, or null when it succeeded.</summary>
    public required string? Error { get; init; }

    /// <summary>The measured values; empty when the trial failed.</summary>
    public required IReadOnlyList<MetricRow> Metrics { get; init; }

    /// <summary>Predictions for paired tests.</summary>
    public required IReadOnlyList<Predictions> Predictions { get; init; }

    /// <summary>The names of the pictures that the trial made (<see cref="ResultStore.PicturePath"/>).</summary>
    public required IReadOnlyList<string> Pictures { get; init; }

    /// <summary>What the trial left in its output folder (<see cref="ResultStore.OutputFolder"/>), as relative paths.</summary>
    public required IReadOnlyList<string> Outputs { get; init; }

    /// <summary>Where the values come from.</summary>
    public required RunManifest Manifest { get; init; }

    /// <summary>Whether the trial finished.</summary>
    public bool Succeeded => Error is null;

    /// <summary>The first line of <see cref="Error"/>: the error without its stack trace; null when the trial succeeded.</summary>
    public string? ErrorLine => Error?.Split('\n')[0].TrimEnd();

    /// <summary>The record's lines of results.csv.</summary>
    public IEnumerable<ResultRow> Rows() => Metrics.Select(metric => new ResultRow(
        Experiment, Profile, Trial.Method, Trial.Rank, Trial.Task, Trial.Seed, metric.Step, metric.Metric, metric.Value,
        metric.N, metric.StandardError, metric.Unit)
    {
        Variant = Trial.Variant,
        PublishedRank = Trial.PublishedRank,
    });
}
