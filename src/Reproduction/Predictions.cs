namespace Reproduction;

/// <summary>A trial's answers to the examples of its evaluation set, kept for paired tests between methods.</summary>
/// <param name="Metric">The metric they belong to.</param>
/// <param name="Predicted">One prediction per example: a class index or a score.</param>
/// <param name="Expected">The true labels, in the same order.</param>
public sealed record Predictions(string Metric, IReadOnlyList<double> Predicted, IReadOnlyList<double> Expected);
