using Reproduction;
using Reproduction.Published;
using Tasks.Metrics;
using Training;

namespace Experiments.Shared;

/// <summary>What every fine-tuning trial reports beside its scores.</summary>
public static class TrainingMetrics
{
    /// <summary>The metric by which a learning-rate sweep decides.</summary>
    public const string EvaluationLoss = "evaluation_loss";

    /// <summary>The metric of the step whose parameters were kept.</summary>
    public const string KeptStep = "kept_step";

    private const string Accuracy = "accuracy";
    private const int CurvePoints = 200;

    /// <summary>
    /// Scores in percent of the parameters that were kept and, where those are not the last ones, of the last step (<c>_last</c>).
    /// </summary>
    /// <param name="result">The result of the training.</param>
    /// <param name="metrics">The evaluation's metrics, each with its name in data/published.</param>
    /// <param name="n">The number of examples of the evaluation.</param>
    public static IEnumerable<MetricRow> Scores(TrainingResult result, IReadOnlyList<(string Metric, string Name)> metrics, int n)
    {
        return metrics.Select(metric => Row(metric, "", result.Kept!))
            .Concat(result.Kept!.Step == result.Last!.Step
                ? []
                : metrics.Select(metric => Row(metric, MetricRow.LastStepSuffix, result.Last)));

        MetricRow Row((string Metric, string Name) metric, string suffix, EvaluationPoint point)
        {
            var value = point.Result.Metrics[metric.Metric];
            double? error = metric.Name == Accuracy && n > 1
                ? 100 * ClassificationMetrics.AccuracyStandardError((int)Math.Round(value * n), n)
                : null;
            return new MetricRow(metric.Name + suffix, 100 * value, "%", N: n, StandardError: error);
        }
    }

    /// <summary>
    /// The predictions of the parameters that were kept and, where those are not the last ones, of the last step. A run that was resumed
    /// after its last step has only the metrics of that.
    /// </summary>
    /// <param name="result">The result of the training.</param>
    /// <param name="metric">The metric that they belong to.</param>
    /// <param name="score">What the metric computes from them.</param>
    /// <param name="predictions">The predictions of an evaluation.</param>
    /// <param name="expected">The true labels.</param>
    public static IEnumerable<Predictions> Predictions<TEvaluation>(
        TrainingResult result, string metric, PredictionScore score, Func<TEvaluation, IReadOnlyList<float>> predictions,
        IReadOnlyList<double> expected)
        where TEvaluation : EvaluationResult
    {
        var points = result.Kept!.Step == result.Last!.Step
            ? new[] { (metric, Point: result.Kept) }
            : [(metric, result.Kept), (metric + MetricRow.LastStepSuffix, result.Last)];
        foreach (var (name, point) in points)
        {
            if (point.Result is PenalizedEvaluation { Task: TEvaluation evaluation })
            {
                yield return new Predictions(name, score, [.. predictions(evaluation)], expected);
            }
        }
    }

    /// <summary>The evaluation loss, where there is one, parameter counts, speed and memory.</summary>
    /// <param name="task">The task after training.</param>
    /// <param name="result">The result of the training.</param>
    /// <param name="n">The number of examples of the evaluation, or null.</param>
    public static IEnumerable<MetricRow> Of(AdapterFineTuning task, TrainingResult result, int? n)
    {
        var counts = task.Adapted.CountParameters();
        if (result.Kept is { } kept)
        {
            yield return new MetricRow(EvaluationLoss, ((PenalizedEvaluation)kept.Result).Task.Loss, N: n);
            yield return new MetricRow(KeptStep, kept.Step);
        }

        yield return new MetricRow(PlannedRows.Parameters, counts.Adapter);
        yield return new MetricRow(PlannedRows.TotalParameters, counts.Trainable);
        yield return new MetricRow(PlannedRows.Share, 100 * counts.Share, "%");
        yield return new MetricRow("examples_per_second", result.ExamplesPerSecond, "1/s");
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
