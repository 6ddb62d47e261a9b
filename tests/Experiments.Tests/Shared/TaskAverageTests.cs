using Experiments.Shared;
using Reproduction;

namespace SpectralExperiments.Tests;

public sealed class TaskAverageTests
{
    private static readonly Dictionary<string, string> Scores = new() { ["rte"] = "accuracy", ["cola"] = "matthews", ["stsb"] = "pearson" };

    [Fact]
    public void The_average_is_over_the_score_of_each_task()
    {
        var rows = Scores.Select((score, i) => Row("lora", 6, score.Key, score.Value, 10 * (i + 1)))
            .Concat([Row("lora", 6, "rte", "f1", 1000), Row("lora", 6, "rte", "accuracy", 1000) with { Step = 1 }])
            .ToList();

        var average = TaskAverage.Of(rows, Scores).Single();

        Assert.Equal(
            ("lora", 6, "avg", "score", 0, 20.0),
            (average.Method, average.Rank, average.Task, average.Metric, average.Seed, average.Value));
    }

    [Fact]
    public void The_average_of_the_last_steps_takes_kept_scores_where_the_last_step_was_kept()
    {
        var rows = Scores.Select(score => Row("lora", 6, score.Key, score.Value, 60))
            .Concat([Row("lora", 6, "rte", "accuracy_last", 30), Row("dora", 6, "rte", "accuracy_last", 30)])
            .ToList();

        Assert.Equal(
            [("lora", "score", 60.0), ("lora", "score_last", 50.0)],
            TaskAverage.Of(rows, Scores).Select(row => (row.Method, row.Metric, row.Value)));
    }

    [Fact]
    public void A_missing_task_or_another_rank_seed_or_variant_gives_no_average()
    {
        var rows = Scores.Select(score => Row("lora", 6, score.Key, score.Value, 50)).ToList();

        Assert.Empty(TaskAverage.Of(rows[..2], Scores));
        Assert.Empty(TaskAverage.Of([.. rows[..2], rows[2] with { Rank = 4 }], Scores));
        Assert.Empty(TaskAverage.Of([.. rows[..2], rows[2] with { Seed = 1 }], Scores));
        Assert.Empty(TaskAverage.Of([.. rows[..2], rows[2] with { Variant = "learning_rate=1" }], Scores));
        Assert.Empty(TaskAverage.Of([.. rows[..2], rows[2] with { Metric = "spearman" }], Scores));
        Assert.Equal(2, TaskAverage.Of([.. rows, .. rows.Select(row => row with { Rank = 4 })], Scores).Count());
    }

    private static ResultRow Row(string method, int rank, string task, string metric, double value) =>
        new("Fake", "mini", method, rank, task, 0, null, metric, value, 277, 1, "%");
}
