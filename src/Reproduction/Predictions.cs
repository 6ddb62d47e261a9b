namespace Reproduction;

/// <summary>A trial's answers to the examples of its evaluation set, kept for paired tests between methods.</summary>
/// <param name="Metric">The metric they belong to.</param>
/// <param name="Score">What the metric computes from them.</param>
/// <param name="Predicted">One prediction per example: a class index, a score, or the example's own value.</param>
/// <param name="Expected">
/// The true labels, in the same order; empty for <see cref="PredictionScore.Mean"/>, which needs none.
/// </param>
public sealed record Predictions(
    string Metric, PredictionScore Score, IReadOnlyList<double> Predicted, IReadOnlyList<double> Expected);
