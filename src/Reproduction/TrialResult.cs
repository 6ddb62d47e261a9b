namespace Reproduction;

/// <summary>What a finished trial hands back.</summary>
/// <param name="Metrics">The measured values.</param>
public sealed record TrialResult(IReadOnlyList<MetricRow> Metrics)
{
    /// <summary>Predictions for paired tests; empty where there are none.</summary>
    public IReadOnlyList<Predictions> Predictions { get; init; } = [];

    /// <summary>Facts for the manifest: hashes of data and weights, versions of libraries, tokens per second...</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();
}
