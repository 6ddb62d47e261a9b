using Reproduction;
using Reproduction.Published;
using SpectralAdapters;
using Training;

namespace Experiments.Shared;

/// <summary>What every fine-tuning trial reports beside its scores.</summary>
public static class TrainingMetrics
{
    /// <summary>The metric by which a learning-rate sweep decides.</summary>
    public const string EvaluationLoss = "evaluation_loss";

    /// <summary>The metric of the step whose parameters were kept.</summary>
    public const string KeptStep = "kept_step";

    private const int CurvePoints = 200;

    /// <summary>Losses, parameter counts, speed and memory.</summary>
    /// <param name="task">The task after training.</param>
    /// <param name="result">What came of the training.</param>
    /// <param name="n">The number of examples of the evaluation.</param>
    public static IEnumerable<MetricRow> Of(AdapterFineTuning task, TrainingResult result, int n)
    {
        var counts = task.Adapted.CountParameters();
        yield return new MetricRow(EvaluationLoss, ((PenalizedEvaluation)result.Kept.Result).Task.Loss, N: n);
        yield return new MetricRow(KeptStep, result.Kept.Step);
        yield return new MetricRow(PlannedRows.Parameters, counts.Adapter);
        yield return new MetricRow(PlannedRows.TotalParameters, counts.Trainable);
        yield return new MetricRow(PlannedRows.Share, 100 * counts.Share, "%");
        yield return new MetricRow("examples_per_second", result.RowsPerSecond, "1/s");
        yield return new MetricRow("peak_memory", result.PeakMemoryBytes, "bytes");
        if (task.MeanRank is { } rank)
        {
            yield return new MetricRow("mean_rank", rank);
        }
    }

    /// <summary>The training loss as means over equal stretches of the run: a curve of every step would dwarf the table.</summary>
    public static IEnumerable<MetricRow> LossCurve(TrainingResult result)
    {
        var stretch = Math.Max(1, (result.Steps.Count + CurvePoints - 1) / CurvePoints);
        return result.Steps.Chunk(stretch)
            .Select(steps => new MetricRow("training_loss", steps.Average(step => step.Loss), Step: steps[^1].Step));
    }

    /// <summary>What a rate of a sweep gives at which training diverged: the worst of losses and no score.</summary>
    /// <param name="score">The metric that decides among equal losses.</param>
    /// <param name="steps">The steps that were to be taken.</param>
    public static TrialResult Diverged(string score, int steps) => new(
    [
        new MetricRow(score, double.NaN, "%"),
        new MetricRow(EvaluationLoss, double.PositiveInfinity),
        new MetricRow(KeptStep, steps),
    ]);
}
