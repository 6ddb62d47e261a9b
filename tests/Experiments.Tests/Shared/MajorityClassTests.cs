using Experiments.Shared;
using Reproduction;

namespace SpectralExperiments.Tests;

public sealed class MajorityClassTests
{
    private static readonly Dictionary<string, string> Scores = new() { ["rte"] = "accuracy", ["cola"] = "matthews" };

    [Fact]
    public void The_score_of_a_constant_is_the_share_of_the_largest_class_and_no_correlation()
    {
        Assert.Equal(("majority_class", 60.0, 5), Row([0, 1, 1, 0, 1], PredictionScore.Accuracy));
        Assert.Equal(("majority_class", 0.0, 2), Row([2.5, 3], PredictionScore.Pearson));
        Assert.Equal(("majority_class", 0.0, 3), Row([0, 1, 1], PredictionScore.Matthews));

        static (string, double, int?) Row(double[] labels, PredictionScore score) =>
            MajorityClass.Row(labels, score) is var row ? (row.Metric, row.Value, row.N) : default;
    }

    [Fact]
    public void A_task_ranks_methods_where_one_of_them_is_above_the_majority_class_beyond_noise()
    {
        ResultRow[] near = [Majority("rte", 52.7), .. Seeds("lora", "rte", 53, 54, 52.5), .. Seeds("dora", "rte", 52.7, 52.7, 52.7)];
        ResultRow[] above = [.. near, .. Seeds("spectral-a", "rte", 60, 60.5, 60.2)];

        Assert.Equal(
            "no method is above the majority class (52.70 %) beyond noise", Assert.Single(MajorityClass.Unmoved(near, Scores)).Value);
        Assert.Empty(MajorityClass.Unmoved(above, Scores));
    }

    [Fact]
    public void A_score_without_an_interval_counts_as_it_is_and_without_the_value_nothing_is_said()
    {
        Assert.Equal("cola", Assert.Single(MajorityClass.Unmoved([Majority("cola", 0), .. Seeds("lora", "cola", 0, 0)], Scores)).Key);
        Assert.Empty(MajorityClass.Unmoved([Majority("cola", 0), .. Seeds("lora", "cola", 12)], Scores));
        Assert.Empty(MajorityClass.Unmoved([.. Seeds("lora", "cola", 0, 0)], Scores));
        Assert.Empty(MajorityClass.Unmoved([Majority("cola", 0)], Scores));
    }

    [Fact]
    public void The_more_methods_there_are_the_surer_one_has_to_be()
    {
        // t = 4.5 with two degrees of freedom: above at 95 %, not at 1 - 0.05 / 2.
        ResultRow[] one = [Majority("cola", 0), .. Seeds("lora", "cola", 0.85, 1.2, 1.7)];
        ResultRow[] two = [.. one, .. Seeds("dora", "cola", -1, 1, 0)];

        Assert.Empty(MajorityClass.Unmoved(one, Scores));
        Assert.Single(MajorityClass.Unmoved(two, Scores));
    }

    private static IEnumerable<ResultRow> Seeds(string method, string task, params double[] values) =>
        values.Select((value, seed) => Row(method, task, Scores[task], value, seed));

    private static ResultRow Majority(string task, double value) => Row("lora", task, "majority_class", value, 0);

    private static ResultRow Row(string method, string task, string metric, double value, int seed) =>
        new("Fake", "small", method, 6, task, seed, null, metric, value, null, null, "%");
}
