using Reproduction.Claims;
using Reproduction.Published;
using Reproduction.Statistics;

namespace Reproduction.Tests.Statistics;

/// <summary>Estimators where their formula degenerates: all answers right, equal seeds, values that are no numbers, doubled rows.</summary>
public sealed class DegenerateStatisticsTests
{
    private static readonly Profile Paper = new(Profile.PaperName, 1, "as published");
    private static readonly Profile Mini = new("mini", 1, "small");

    private static readonly Dictionary<string, string> Ranked = [];

    private static readonly ClaimRule Better = new(
        "better", "Fake", "A is better", "Table 0", new ClaimMethod("a", null), ">", [new ClaimMethod("b", null)], ["accuracy"], ["rte"],
        1, 1);

    // Wilson's interval of 10 of 10: from 10 / (10 + z²) on.
    [Fact]
    public void Ten_of_ten_are_no_certainty()
    {
        var row = Compare(Paper, 95, Accuracy(10, 10));

        Assert.Equal(VerdictKind.WithinNoise, row.Verdict.Kind);
        Assert.InRange(row.Measured!.HalfWidth!.Value, 100 * (1 - (10 / (10 + 3.8414588))), 100);
        Assert.Equal(VerdictKind.Lower, Compare(Paper, 95, Accuracy(0, 10)).Verdict.Kind);
        Assert.Equal(VerdictKind.WithinNoise, Compare(Paper, 5, Accuracy(0, 10)).Verdict.Kind);
        Assert.Equal(27.75, Compare(Mini, 95, Accuracy(10, 10)).Measured!.HalfWidth!.Value, 0.01);
        Assert.Equal(79.35, Compare(Mini, 95, Accuracy(1, 1)).Measured!.HalfWidth!.Value, 0.01);
    }

    [Fact]
    public void Equal_seeds_have_the_interval_of_their_test_set()
    {
        ResultRow[] rows = [Accuracy(584, 600, seed: 0), Accuracy(584, 600, seed: 1), Accuracy(584, 600, seed: 2)];

        // Wilson: 95.71 to 98.35.
        Assert.Equal(1.621, Compare(Mini, 90, rows).Measured!.HalfWidth!.Value, 0.002);
        Assert.InRange(Compare(Paper, 98.5, rows).Measured!.HalfWidth!.Value, 1.621, 4);
        Assert.Equal(VerdictKind.WithinNoise, Compare(Paper, 98.5, rows).Verdict.Kind);
    }

    [Fact]
    public void Seeds_that_differ_little_have_no_narrower_interval_than_their_test_set()
    {
        ResultRow[] rows = [Accuracy(584, 600, seed: 0), Accuracy(584, 600, seed: 1), Accuracy(585, 600, seed: 2)];

        Assert.InRange(Compare(Mini, 90, rows).Measured!.HalfWidth!.Value, 1.55, 1.65);
        ResultRow[] wide = [Accuracy(500, 600, seed: 0), Accuracy(550, 600, seed: 1), Accuracy(590, 600, seed: 2)];
        var half = Sample.MeanInterval([.. wide.Select(row => row.Value)]).HalfWidth;
        Assert.Equal(half, Compare(Mini, 90, wide).Measured!.HalfWidth!.Value, 1e-9);
    }

    [Fact]
    public void Equal_seeds_of_another_metric_have_no_interval()
    {
        ResultRow[] rows = [Row("a", 70, 0, metric: "matthews"), Row("a", 70, 1, metric: "matthews"), Row("a", 70, 2, metric: "matthews")];

        foreach (var profile in (Profile[])[Mini, Paper])
        {
            var compared = new Comparison(profile, rows, [], _ => "").Compare(Published(75, "matthews"));

            Assert.Null(compared.Measured!.HalfWidth);
        }

        Assert.Null(Compare(Mini, 75, Row("a", 100, 0) with { StandardError = 0 }).Measured!.HalfWidth);
        Assert.Null(Compare(Mini, 75, Row("a", 100, 0) with { StandardError = double.NaN }).Measured!.HalfWidth);
        Assert.Equal(
            "Lower (3 seeds without spread)",
            new Comparison(Paper, rows, [], _ => "").Compare(Published(75, "matthews")).Verdict.ToString());
    }

    [Fact]
    public void One_seed_of_right_answers_alone_is_not_beyond_noise()
    {
        // 10 of 10 against 7 of 10: Newcombe's interval of the difference is -4 to 60.
        Assert.Equal(ClaimVerdict.Inconclusive, Judge([Accuracy(10, 10, "a"), Accuracy(7, 10, "b")]).Verdict);
        Assert.Equal(ClaimVerdict.Holds, Judge([Accuracy(10, 10, "a"), Accuracy(3, 10, "b")]).Verdict);
        Assert.Equal(ClaimVerdict.Holds, Judge([Accuracy(1000, 1000, "a"), Accuracy(700, 1000, "b")]).Verdict);
    }

    [Fact]
    public void Equal_differences_of_a_few_examples_decide_nothing()
    {
        double[] a = [0.5, 0.5], b = [0.25, 0.25];

        var result = Judge(
            [Row("a", 50, 0), Row("b", 25, 0)], method => new Predictions("accuracy", PredictionScore.Mean, method == "a" ? a : b, []));

        Assert.Equal(ClaimVerdict.Inconclusive, result.Verdict);
        Assert.Contains("one seed without spread", result.Evidence);
    }

    [Theory]
    [InlineData(PredictionScore.Accuracy)]
    [InlineData(PredictionScore.Matthews)]
    [InlineData(PredictionScore.Pearson)]
    [InlineData(PredictionScore.Mean)]
    public void Predictions_that_are_no_numbers_decide_nothing(PredictionScore score)
    {
        double[] expected = [.. Enumerable.Range(0, 40).Select(i => (double)(i % 2))];
        double[] broken = [.. expected.Select((_, i) => i < 20 ? double.NaN : 0)];

        var result = Judge(
            [Row("a", 100, 0), Row("b", 10, 0)],
            method => new Predictions("accuracy", score, method == "a" ? expected : broken, score == PredictionScore.Mean ? [] : expected));

        Assert.Equal(ClaimVerdict.Inconclusive, result.Verdict);
        Assert.Contains("predictions of b that are no numbers", result.Evidence);
    }

    [Fact]
    public void Nan_is_not_trimmed_away()
    {
        Assert.Equal(double.NaN, Sample.InterquartileMean([double.NaN, 1, 2, 3, 4, 5, 6, 7]));
        Assert.Equal(double.NaN, Sample.InterquartileMean([1, 2, double.NaN, 3]));
        Assert.Equal(double.NaN, Sample.InterquartileMean([1, 2, 3, 4, 5, 6, 7, double.PositiveInfinity]));
        Assert.Equal(double.NaN, Sample.MeanInterval([1, double.NaN]).Low);
        Assert.Equal(double.NaN, Sample.StandardDeviation([1, double.NaN]));
    }

    [Fact]
    public void A_bootstrap_with_an_undefined_resample_has_no_interval()
    {
        var calls = 0;

        var interval = Bootstrap.Interval(5, _ => ++calls == 7 ? double.NaN : calls, resamples: 1000);

        Assert.Equal((double.NaN, double.NaN), (interval.Low, interval.High));
    }

    [Fact]
    public void Rows_that_stand_twice_are_refused()
    {
        ResultRow[] seeds = [Row("a", 80, 0), Row("a", 81, 1), Row("a", 82, 2)];
        ResultRow[] rivals = [Row("b", 70, 0), Row("b", 71, 1), Row("b", 73, 2)];
        const string message = "Fake, mini: found 2 values of accuracy of a on rte at seed 0, expected one.";

        Assert.Equal(message, Error(() => Compare(Mini, 80, [.. seeds, seeds[0]])));
        Assert.Equal(message, Error(() => Judge([.. seeds, seeds[0], .. rivals, .. rivals])));
        Assert.Equal(message, Error(() => Judge([seeds[0], seeds[0], .. rivals])));
        Assert.Equal(
            message.Replace("of a ", "of b "), Error(() => Judge([.. seeds, .. rivals, rivals[0]])));
        Assert.Equal(
            message.Replace("at seed 0", "without a seed"),
            Error(() => Compare(Mini, 80, [Row("a", 80, null), Row("a", 80, null)])));
    }

    private static string Error(Action action) => Assert.Throws<UserErrorException>(action).Message;

    private static PublishedValue Published(double value, string metric = "accuracy") =>
        new("table1", "a", 8, "rte", null, metric, value, 2, null, null, "%", "here", "V");

    private static ComparisonRow Compare(Profile profile, double published, params ResultRow[] rows) =>
        new Comparison(profile, rows, [], _ => "no result yet").Compare(Published(published));

    private static ClaimResult Judge(ResultRow[] rows, Func<string, Predictions>? predictions = null) =>
        new ClaimJudge(rows, row => predictions?.Invoke(row.Method), Ranked).Judge(Better);

    private static ResultRow Accuracy(int right, int n, string method = "a", int? seed = 0)
    {
        var p = right / (double)n;
        return Row(method, 100 * p, seed) with { N = n, StandardError = 100 * Math.Sqrt(p * (1 - p) / (n - 1)) };
    }

    private static ResultRow Row(string method, double value, int? seed, string metric = "accuracy") =>
        new("Fake", "mini", method, 8, "rte", seed, null, metric, value, null, null, "%");
}
