using Reproduction.Published;

namespace Reproduction.Tests.Published;

public sealed class ComparisonTests
{
    private static readonly Profile Paper = new(Profile.PaperName, 1, "as published");

    private static PublishedValue Published(
        double value, double? standardError = null, double? readingError = null,
        string unit = "%", string metric = "accuracy", int decimals = 2) =>
        new("table1", "lora", 8, "rte", null, metric, value, decimals, standardError, readingError, unit, "here", "V");

    private static ResultRow Row(double value, int? seed = 0, double? standardError = null, string metric = "accuracy") =>
        new("Fake", "paper", "lora", 8, "rte", seed, null, metric, value, null, standardError, "%");

    private static ComparisonRow Compare(PublishedValue published, Profile profile, params ResultRow[] rows) =>
        new Comparison(profile, rows, [], _ => "no result yet").Compare(published);

    [Theory]
    [InlineData(81.22, 81.0, VerdictKind.Reproduced)]
    [InlineData(81.22, 80.42, VerdictKind.Reproduced)]
    [InlineData(81.22, 78.0, VerdictKind.Lower)]
    [InlineData(81.22, 84.0, VerdictKind.Higher)]
    public void A_single_run_without_standard_error_is_judged_by_the_tolerance_alone(
        double published, double measured, VerdictKind expected) =>
        Assert.Equal(expected, Compare(Published(published), Paper, Row(measured)).Verdict.Kind);

    [Fact]
    public void A_single_run_has_its_own_standard_error_and_the_published_one_or_twice_its_own()
    {
        Assert.Equal(VerdictKind.WithinNoise, Compare(Published(50, 1), Paper, Row(52.7, standardError: 1)).Verdict.Kind);
        Assert.Equal(VerdictKind.Higher, Compare(Published(50, 1), Paper, Row(52.8, standardError: 1)).Verdict.Kind);
        Assert.Equal(VerdictKind.Lower, Compare(Published(50), Paper, Row(47.2, standardError: 1)).Verdict.Kind);
        Assert.Equal(1.95996 * Math.Sqrt(2), Compare(Published(50), Paper, Row(47.2, standardError: 1)).Measured!.HalfWidth!.Value, 1e-4);
    }

    [Fact]
    public void Several_seeds_give_the_interval_in_which_one_more_run_is_expected()
    {
        // Mean 52, deviation 1, t(0.975, 2) = 4.3027: half width 4.3027 * sqrt(1/3 + 1) = 4.968.
        ResultRow[] rows = [Row(51, 0), Row(52, 1), Row(53, 2)];

        var row = Compare(Published(56.9), Paper, rows);

        Assert.Equal(VerdictKind.WithinNoise, row.Verdict.Kind);
        Assert.Equal(
            new MeasuredValue(52, 8, 8, 3, 4.9683, "%"), row.Measured! with { HalfWidth = Math.Round(row.Measured!.HalfWidth!.Value, 4) });
        Assert.Equal(VerdictKind.Lower, Compare(Published(57.0), Paper, rows).Verdict.Kind);
    }

    [Fact]
    public void The_spread_of_the_seeds_counts_beside_a_published_standard_error()
    {
        // The published error is that of its test rows; half width 4.3027 * sqrt(1/3 + 1) with a small one, * sqrt(1/3 + 4) with 2.
        ResultRow[] rows = [Row(51, 0), Row(52, 1), Row(53, 2)];

        Assert.Equal(4.9683, Compare(Published(56.9, 0.1), Paper, rows).Measured!.HalfWidth!.Value, 1e-4);
        Assert.Equal(8.9567, Compare(Published(56.9, 2), Paper, rows).Measured!.HalfWidth!.Value, 1e-4);
    }

    [Fact]
    public void A_small_model_has_the_interval_of_its_own_mean()
    {
        var mini = new Profile("mini", 1, "small");

        Assert.Equal(
            4.3027 / Math.Sqrt(3), Compare(Published(90, 2), mini, Row(51, 0), Row(52, 1), Row(53, 2)).Measured!.HalfWidth!.Value, 1e-4);
        Assert.Equal(1.95996, Compare(Published(90, 2), mini, Row(51, standardError: 1)).Measured!.HalfWidth!.Value, 1e-4);
        Assert.Null(Compare(Published(90, 2), mini, Row(51)).Measured!.HalfWidth);
    }

    [Fact]
    public void The_interval_for_one_more_run_holds_it_in_95_of_100_cases()
    {
        var random = new Random(11);
        double Draw() => 60 + Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var held = Enumerable.Range(0, 4000).Count(_ =>
        {
            var row = Compare(Published(Draw()), Paper, [.. Enumerable.Range(0, 4).Select(seed => Row(Draw(), seed))]);
            return Math.Abs(row.Measured!.Mean - row.Published.Value) <= row.Measured.HalfWidth;
        });

        Assert.Equal(0.95, held / 4000.0, 0.014);
    }

    [Fact]
    public void A_reading_error_widens_the_tolerance() =>
        Assert.Equal(VerdictKind.Reproduced, Compare(Published(0.40, readingError: 0.01), Paper, Row(0.409)).Verdict.Kind);

    [Fact]
    public void Scores_of_other_profiles_and_units_are_not_comparable_and_missing_ones_not_run()
    {
        var mini = new Profile("mini", 1, "small");

        Assert.Equal("NotComparable (mini profile: smaller model)", Compare(Published(50), mini, Row(50)).Verdict.ToString());
        Assert.Equal(VerdictKind.NotComparable, Compare(Published(50, unit: "s"), Paper, Row(50)).Verdict.Kind);
        Assert.Equal(
            "NotComparable (the measured value is not a number)", Compare(Published(50), Paper, Row(double.NaN)).Verdict.ToString());
        Assert.Equal("NotRun (no result yet)", Compare(Published(50), Paper, Row(50, metric: "f1")).Verdict.ToString());
    }

    [Fact]
    public void A_small_model_stands_beside_the_published_value_with_its_own_rank()
    {
        var mini = new Profile("mini", 1, "small");
        var published = Published(50) with { Rank = 24 };
        var row = Row(50) with { PublishedRank = 24 };

        Assert.Equal("NotComparable (mini profile: smaller model, rank 8)", Compare(published, mini, row).Verdict.ToString());
        Assert.Equal(50, Compare(published, mini, row, Row(51)).Measured!.Mean);
        Assert.Equal(VerdictKind.NotRun, Compare(published, mini, Row(50)).Verdict.Kind);
        Assert.Equal(VerdictKind.NotRun, Compare(published, mini, row with { Variant = "learning_rate=1" }).Verdict.Kind);
    }

    [Fact]
    public void The_reference_stands_beside_a_value_that_was_not_measured()
    {
        var compared = new Comparison(Paper, [], [Row(51, 0), Row(53, 1)], _ => "no result yet").Compare(Published(50));

        Assert.Null(compared.Measured);
        Assert.Equal(52, compared.Reference!.Mean);
        Assert.Equal(VerdictKind.NotRun, compared.Verdict.Kind);
    }

    [Fact]
    public void A_method_that_the_table_lacks_is_listed_at_its_columns_once_it_was_run()
    {
        ResultRow[] rows =
        [
            Row(60, 0) with { Method = "full", Rank = null }, Row(62, 1) with { Method = "full", Rank = null },
            Row(61, 0, metric: "f1") with { Method = "full", Rank = null },
            Row(100, null, metric: PlannedRows.Share) with { Method = "full", Rank = null, Task = "" },
            Row(1.5, null, metric: PlannedRows.Share) with { Method = "vera", Task = "" },
            Row(50),
        ];
        PublishedValue[] published = [Published(50), Published(0.72, metric: PlannedRows.Share) with { Task = "" }];

        var found = new Comparison(Paper, rows, rows, _ => "").Unpublished(published).ToList();

        Assert.Equal(61.0, found[0].Reference!.Mean);
        Assert.Equal(
            [("full", "rte", "accuracy", 61.0), ("full", "", PlannedRows.Share, 100.0)],
            found.Select(value => (value.Method, value.Task, value.Metric, value.Measured.Mean)));
        // Deviation sqrt(2), t(0.975, 1) = 12.7062: half width 12.7062 * sqrt(2 / 2 + 2).
        Assert.Equal(12.7062 * Math.Sqrt(3), found[0].Measured.HalfWidth!.Value, 1e-3);
    }

    [Theory]
    [InlineData(0.72, 0.7153, true)]
    [InlineData(0.72, 0.7299, true)]
    [InlineData(0.72, 0.7149, false)]
    [InlineData(0.72, 0.7301, false)]
    public void Shares_are_compared_at_every_profile_as_printed_rounded_or_truncated(double published, double computed, bool equal)
    {
        var row = Row(computed, seed: null, metric: PlannedRows.Share);

        var kind = Compare(Published(published, metric: PlannedRows.Share), new Profile("mini", 1, "small"), row).Verdict.Kind;

        Assert.Equal(equal, kind == VerdictKind.Reproduced);
    }
}
