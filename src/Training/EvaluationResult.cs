namespace Training;

/// <summary>What a model reaches on held-out data.</summary>
/// <param name="Loss">Mean loss over the examples.</param>
/// <param name="Metrics">Metrics by name.</param>
public record EvaluationResult(double Loss, IReadOnlyDictionary<string, double> Metrics);
