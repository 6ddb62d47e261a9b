using Training;

namespace Experiments.Shared;

/// <summary>
/// An evaluation whose loss, by which the best checkpoint is kept, contains AdaLoRA's orthogonality penalty, as in PEFT.
/// </summary>
/// <param name="Task">The evaluation without the penalty.</param>
/// <param name="Penalty">The penalty; 0 for other methods.</param>
public sealed record PenalizedEvaluation(EvaluationResult Task, double Penalty) : EvaluationResult(Task.Loss + Penalty, Task.Metrics);
