namespace Reproduction.Storage;

/// <summary>The file that a trial leaves: what was run, how it ended, what was measured.</summary>
public sealed record TrialRecord
{
    /// <summary>The layout of the file.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The layout this record was written with.</summary>
    public required int Format { get; init; }

    /// <summary>The experiment's id.</summary>
    public required string Experiment { get; init; }

    /// <summary>The profile's name.</summary>
    public required string Profile { get; init; }

    /// <summary>The trial with its whole effective configuration.</summary>
    public required Trial Trial { get; init; }

    /// <summary>Why the trial failed, or null when it succeeded.</summary>
    public required string? Error { get; init; }

    /// <summary>The measured values; empty when the trial failed.</summary>
    public required IReadOnlyList<MetricRow> Metrics { get; init; }

    /// <summary>Predictions for paired tests.</summary>
    public required IReadOnlyList<Predictions> Predictions { get; init; }

    /// <summary>Where the values come from.</summary>
    public required RunManifest Manifest { get; init; }

    /// <summary>Whether the trial finished.</summary>
    public bool Succeeded => Error is null;

    /// <summary>The first line of <see cref="Error"/>: the error without its stack trace; null when the trial succeeded.</summary>
    public string? ErrorLine => Error?.Split('\n')[0].TrimEnd();

    /// <summary>
    /// How the recorded configuration differs from that of the same trial in a plan, a text a setting, by name; empty where
    /// it does not. What the plan cannot know, as it lies elsewhere (<see cref="Trial.NotAtHand"/>), is not compared.
    /// </summary>
    public IReadOnlyList<string> DifferencesFrom(Trial planned) =>
    [
        .. Trial.Config.Keys.Union(planned.Config.Keys)
            .Where(key => Value(planned, key) is var value && value != Trial.NotAtHand && value != Value(Trial, key))
            .Order(StringComparer.Ordinal)
            .Select(key => $"{key} was {Value(Trial, key)}, is {Value(planned, key)}"),
    ];

    /// <summary>The record's lines of results.csv.</summary>
    public IEnumerable<ResultRow> Rows() => Metrics.Select(metric => new ResultRow(
        Experiment, Profile, Trial.Method, Trial.Rank, Trial.Task, Trial.Seed, metric.Step, metric.Metric, metric.Value,
        metric.N, metric.StandardError, metric.Unit));

    private static string Value(Trial trial, string key) => trial.Config.GetValueOrDefault(key, "absent");
}
