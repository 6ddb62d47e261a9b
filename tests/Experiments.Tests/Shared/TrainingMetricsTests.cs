using Experiments.Shared;
using Reproduction;
using Training;

namespace SpectralExperiments.Tests;

public sealed class TrainingMetricsTests
{
    private const int Examples = 4;

    [Fact]
    public void An_earlier_checkpoint_is_reported_with_the_last_step_beside_it()
    {
        var rows = Scores(Point(500, 0.75), Point(780, 0.5));

        Assert.Equal(75, rows["accuracy"].Value);
        Assert.Equal(100 * Math.Sqrt(0.75 * 0.25 / 3), rows["accuracy"].StandardError!.Value, 12);
        Assert.Equal(50, rows["accuracy_last"].Value);
        Assert.Equal(100 * Math.Sqrt(0.25 / 3), rows["accuracy_last"].StandardError!.Value, 12);
        Assert.Equal(("%", Examples), (rows["accuracy"].Unit, rows["accuracy"].N));
        Assert.Null(rows["matthews"].StandardError);
    }

    [Fact]
    public void A_run_that_keeps_its_end_has_no_second_score() =>
        Assert.Equal(["accuracy", "matthews"], Scores(Point(780, 0.75), Point(780, 0.75)).Keys);

    [Fact]
    public void A_single_example_has_no_standard_error()
    {
        var rows = TrainingMetrics.Scores(Result(Point(1, 1), Point(1, 1), steps: 1), [("accuracy", "accuracy")], 1);

        Assert.Null(rows.Single().StandardError);
    }

    [Fact]
    public void The_loss_curve_has_means_of_equal_stretches()
    {
        var curve = TrainingMetrics.LossCurve(Result(Point(1, 1), Point(1, 1), steps: 401)).ToList();

        Assert.Equal(134, curve.Count);
        Assert.Equal((3, 2.0), (curve[0].Step, curve[0].Value));
        Assert.Equal((401, 400.5), (curve[^1].Step, curve[^1].Value));
        Assert.Equal(2, TrainingMetrics.LossCurve(Result(Point(1, 1), Point(1, 1), steps: 2)).Count());
    }

    [Fact]
    public void An_evaluation_contains_its_penalty_in_its_loss_alone()
    {
        var evaluation = new PenalizedEvaluation(new EvaluationResult(0.4, new Dictionary<string, double> { ["accuracy"] = 0.75 }), 0.25);

        Assert.Equal(0.65, evaluation.Loss, 12);
        Assert.Equal(0.4, evaluation.Task.Loss);
        Assert.Equal(0.75, evaluation.Metrics["accuracy"]);
    }

    private static Dictionary<string, MetricRow> Scores(EvaluationPoint kept, EvaluationPoint last) => TrainingMetrics
        .Scores(Result(kept, last, steps: 1), [("accuracy", "accuracy"), ("matthews_correlation", "matthews")], Examples)
        .ToDictionary(row => row.Metric);

    private static TrainingResult Result(EvaluationPoint kept, EvaluationPoint last, int steps) => new()
    {
        Steps = [.. Enumerable.Range(1, steps).Select(step => new TrainingStep(step, steps, step, 1, 1e-3))],
        Evaluations = [kept, last],
        Kept = kept,
        Last = last,
        TrainingTime = TimeSpan.FromSeconds(1),
        Examples = 32,
        PeakMemoryBytes = 1,
    };

    private static EvaluationPoint Point(int step, double accuracy) => new(
        step, new EvaluationResult(0.5, new Dictionary<string, double> { ["accuracy"] = accuracy, ["matthews_correlation"] = 0.1 }));
}
