using Training;

namespace Tasks.Glue;

/// <summary>The result of evaluating a model on a GLUE split.</summary>
/// <param name="Loss">Mean cross-entropy, or mean squared error of a regression task, over the examples.</param>
/// <param name="Metrics">The task's metrics as fractions of 1; NaN where a logit is NaN.</param>
/// <param name="Predictions">
/// The class index or the score of every example, in the order of the file; NaN where a logit is NaN.
/// </param>
public sealed record GlueEvaluation(double Loss, IReadOnlyDictionary<string, double> Metrics, IReadOnlyList<float> Predictions)
    : EvaluationResult(Loss, Metrics);
