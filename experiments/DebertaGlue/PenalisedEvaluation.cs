using Tasks.Glue;
using Training;

namespace DebertaGlue;

/// <summary>
/// An evaluation whose loss, by which the best checkpoint is kept, has AdaLoRA's orthogonality penalty in it, as in PEFT.
/// </summary>
/// <param name="Glue">The evaluation without the penalty.</param>
/// <param name="Penalty">The penalty; 0 for other methods.</param>
internal sealed record PenalisedEvaluation(GlueEvaluation Glue, double Penalty) : EvaluationResult(Glue.Loss + Penalty, Glue.Metrics);
