namespace Training;

/// <summary>The result of evaluating a model on held-out data.</summary>
/// <param name="Loss">The mean loss over the examples.</param>
/// <param name="Metrics">The metrics by name.</param>
public record EvaluationResult(double Loss, IReadOnlyDictionary<string, double> Metrics);
