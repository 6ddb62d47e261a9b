using DebertaGlue;
using Reproduction;
using SpectralAdapters;
using Tasks.Glue;
using Training;

namespace SpectralExperiments.Tests;

public sealed class GlueOutcomeTests
{
    private static readonly (string Task, string Metric)[] Columns =
        [("mnli", "accuracy"), ("sst2", "accuracy"), ("mrpc", "accuracy"), ("cola", "matthews"), ("qnli", "accuracy"), ("qqp", "accuracy"), ("rte", "accuracy"), ("stsb", "pearson")];

    [Fact]
    public void TheAverageIsOverTheReportedMetricOfAllEightTasks()
    {
        var rows = Columns.Select((column, i) => Row("lora", 6, column.Task, column.Metric, 10 * (i + 1)))
            .Concat([Row("lora", 6, "mrpc", "f1", 1000), Row("lora", 6, "rte", "training_loss", 1000) with { Step = 1 }, Row("lora", 6, "rte", "accuracy_last", 1000)])
            .ToList();

        var average = GlueOutcome.Averages(rows).Single();

        Assert.Equal(("lora", 6, "avg", "score", 0, 45.0), (average.Method, average.Rank, average.Task, average.Metric, average.Seed, average.Value));
    }

    [Fact]
    public void SevenTasksOrAnotherRankOrSeedGiveNoAverage()
    {
        var rows = Columns.Select(column => Row("lora", 6, column.Task, column.Metric, 50)).ToList();

        Assert.Empty(GlueOutcome.Averages(rows[..7]));
        Assert.Empty(GlueOutcome.Averages([.. rows[..7], rows[7] with { Rank = 4 }]));
        Assert.Empty(GlueOutcome.Averages([.. rows[..7], rows[7] with { Seed = 1 }]));
        Assert.Empty(GlueOutcome.Averages([.. rows[..7], rows[7] with { Metric = "spearman" }]));
        Assert.Equal(2, GlueOutcome.Averages([.. rows, .. rows.Select(row => row with { Rank = 4 })]).Count());
    }

    [Fact]
    public void AnEarlierCheckpointIsReportedWithTheLastStepBesideIt()
    {
        var kept = Point(500, loss: 0.4, penalty: 0.25, accuracy: 0.75);
        var last = Point(780, loss: 0.6, penalty: 0.25, accuracy: 0.5);

        var rows = Outcome(kept, last).Metrics.ToDictionary(row => (row.Metric, row.Step));

        Assert.Equal(75, rows[("accuracy", null)].Value);
        Assert.Equal(100 * Math.Sqrt(0.75 * 0.25 / 3), rows[("accuracy", null)].StandardError!.Value, 12);
        Assert.Equal(50, rows[("accuracy_last", null)].Value);
        Assert.Equal(100 * Math.Sqrt(0.25 / 3), rows[("accuracy_last", null)].StandardError!.Value, 12);
        Assert.Equal(500, rows[("kept_step", null)].Value);
        Assert.Equal(0.4, rows[("evaluation_loss", null)].Value);
        Assert.Equal(0.65, kept.Result.Loss, 12);
    }

    [Fact]
    public void ARunThatKeepsItsEndHasNoSecondScore()
    {
        var end = Point(780, loss: 0.4, penalty: 0, accuracy: 0.75);

        Assert.DoesNotContain(Outcome(end, end).Metrics, row => row.Metric.EndsWith("_last", StringComparison.Ordinal));
    }

    [Fact]
    public void TheLossCurveIsLeftOutWhereItIsNotWanted()
    {
        var end = Point(780, loss: 0.4, penalty: 0, accuracy: 0.75);

        Assert.Contains(Outcome(end, end).Metrics, row => row.Metric == "training_loss");
        Assert.DoesNotContain(Outcome(end, end, withLossCurve: false).Metrics, row => row.Step is not null);
    }

    private static TrialResult Outcome(EvaluationPoint kept, EvaluationPoint last, bool withLossCurve = true)
    {
        var split = new GlueSplit("made up", [.. Enumerable.Range(0, 4).Select(row => new GlueExample($"row {row}", "b", row % 2))], 4, Note: null);
        var result = new TrainingResult
        {
            Steps = [new TrainingStep(1, 780, 0.7, 1, 1e-3)],
            Evaluations = [kept, last],
            Kept = kept,
            Last = last,
            TrainingTime = TimeSpan.FromSeconds(1),
            Examples = 32,
            PeakMemoryBytes = 1,
        };
        return GlueOutcome.Of(new GlueDataset(GlueTask.Rte, split, split), new ParameterCounts(10, 2, 100), result, meanRank: null, withLossCurve);
    }

    private static EvaluationPoint Point(int step, double loss, double penalty, double accuracy) => new(
        step, new PenalisedEvaluation(new GlueEvaluation(loss, new Dictionary<string, double> { ["accuracy"] = accuracy }, [0, 1, 0, 1]), penalty));

    private static ResultRow Row(string method, int rank, string task, string metric, double value) =>
        new("DebertaGlue", "mini", method, rank, task, 0, null, metric, value, 277, 1, "%");
}
