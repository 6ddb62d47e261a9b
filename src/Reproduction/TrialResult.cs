namespace Reproduction;

/// <summary>What a finished trial hands back.</summary>
/// <param name="Metrics">The measured values.</param>
public sealed record TrialResult(IReadOnlyList<MetricRow> Metrics)
{
    /// <summary>Predictions for paired tests; empty where there are none.</summary>
    public IReadOnlyList<Predictions> Predictions { get; init; } = [];

    /// <summary>Pictures for the report.</summary>
    public IReadOnlyList<Picture> Pictures { get; init; } = [];

    /// <summary>
    /// What the trial left in <see cref="TrialContext.OutputFolder"/> for the user, as paths relative to it, such as
    /// <c>adapter</c>.
    /// </summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    /// <summary>Facts for the manifest: versions of libraries, tokens per second...</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();
}
