using Reproduction;
using Reproduction.Figures;

namespace SpectralExperiments.Tests;

public sealed class SelectionTests
{
    [Fact]
    public void Seeds_become_their_mean_with_the_t_interval()
    {
        var results = Samples.Set([Samples.Row("lora", 80, seed: 0), Samples.Row("lora", 84, seed: 1), Samples.Row("lora", 85, seed: 2)]);

        var point = new Selection("f", results, "accuracy").AtEnd(3).Single().Points.Single();

        var half = 4.302652729749464 * Math.Sqrt(7) / Math.Sqrt(3); // t(0.975, 2), standard deviation sqrt(7)
        Assert.Equal(3, point.X);
        Assert.Equal(83, point.Value, 12);
        Assert.Equal(83 - half, point.Low!.Value, 9);
        Assert.Equal(83 + half, point.High!.Value, 9);
    }

    [Fact]
    public void A_legend_names_the_measured_rank_where_the_published_one_is_another_or_there_is_none()
    {
        var results = Samples.Set(
            [
                Samples.Row("lora", 1, rank: 6) with { PublishedRank = 24 }, Samples.Row("oft", 1, rank: 4),
                Samples.Row("dora", 1, rank: 6),
                Samples.Row("full", 1, rank: null), Samples.Row("vera", 1, rank: 1),
                Samples.Row("vera", 1, rank: 2) with { PublishedRank = 8 },
            ],
            [Samples.PublishedRow("lora", 1, rank: 24), Samples.PublishedRow("oft", 1, rank: 4)]);

        var series = new Selection("f", results, "accuracy").AtEnd(0);

        Assert.Equal(
            ["dora r=6", "full", "lora r=6 (24)", "oft", "vera", "vera (run at 2)"],
            series.Select(one => one.Key).Distinct()
                .Select(key => key.Method + DataSeries.RankText(series, key)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Reference_values_are_a_series_of_their_own_between_the_published_and_the_measured()
    {
        var results = Samples.Set([Samples.Row("lora", 80)], [Samples.PublishedRow("lora", 90)]) with
        {
            Reference = [Samples.Row("lora", 81, seed: 0), Samples.Row("lora", 83, seed: 1), Samples.Row("dora", 70)],
        };

        var series = new Selection("f", results, "accuracy").AtEnd(0);

        Assert.Equal(
            [
                ("lora", ValueOrigin.Published, 90.0),
                ("lora", ValueOrigin.Reference, 82.0),
                ("dora", ValueOrigin.Reference, 70.0),
                ("lora", ValueOrigin.Measured, 80.0),
            ],
            series.Select(one => (one.Key.Method, one.Origin, one.Points[0].Value)));
        Assert.True(new Selection("f", results with { Rows = [] }, "accuracy").HasMeasured);
    }

    [Fact]
    public void A_single_run_has_the_interval_of_its_standard_error_or_none()
    {
        var results = Samples.Set([Samples.Row("lora", 80, standardError: 2), Samples.Row("dora", 70)]);

        var series = new Selection("f", results, "accuracy").AtEnd(0).ToDictionary(one => one.Key.Method, one => one.Points.Single());

        Assert.Equal(80 - (2 * 1.959963984540054), series["lora"].Low!.Value, 9);
        Assert.Null(series["dora"].Low);
    }

    [Fact]
    public void Published_values_carry_their_reading_error_or_the_interval_of_their_standard_error()
    {
        var results = Samples.Set([], [
            Samples.PublishedRow("lora", 44.81, standardError: 1.37), Samples.PublishedRow("dora", 56, readingError: 0.1),
            Samples.PublishedRow("oft", 1)]);

        var series = new Selection("f", results, "accuracy").AtEnd(0).ToDictionary(one => one.Key.Method, one => one.Points.Single());

        Assert.All(series.Keys, method => Assert.Contains(method, (string[])["lora", "dora", "oft"]));
        Assert.Equal(44.81 + (1.37 * 1.959963984540054), series["lora"].High!.Value, 9);
        Assert.Equal(55.9, series["dora"].Low!.Value, 9);
        Assert.Null(series["oft"].High);
    }

    [Fact]
    public void Rows_of_another_metric_task_or_rank_are_left_out()
    {
        var results = Samples.Set([
            Samples.Row("lora", 1), Samples.Row("lora", 2, metric: "loss"), Samples.Row("lora", 3, task: "mrpc"),
            Samples.Row("lora", 4, rank: 4), Samples.Row("full", 5, rank: null)]);

        var values = new Selection("f", results, "accuracy", "rte", 8).AtEnd(0).Select(one => one.Points.Single().Value);

        Assert.Equal([1, 5], values.Order());
    }

    [Fact]
    public void Steps_are_in_order_and_apart_from_the_values_at_the_end()
    {
        ResultRow[] rows =
        [
            .. ((int[])[300, 100, 200]).Select(step => Samples.Row("lora", step / 100.0, step: step)),
            Samples.Row("lora", 9),
        ];

        var selection = new Selection("f", Samples.Set(rows), "accuracy");

        Assert.Equal([1, 2, 3], selection.ByStep(Selection.SeedRange).Single().Points.Select(point => point.Value));
        Assert.Equal(9, selection.AtEnd(0).Single().Points.Single().Value);
    }

    [Theory]
    [InlineData("mini", 1)]
    [InlineData("paper", 2)]
    public void Published_curves_come_with_measured_ones_of_the_same_models_only(string profile, int series)
    {
        var results = Samples.Set([Samples.Row("lora", 1, step: 1)], [Samples.PublishedRow("lora", 2, step: 1)], profile);

        Assert.Equal(series, new Selection("f", results, "accuracy").ByStep(Selection.SeedRange).Count);
    }

    [Fact]
    public void Smoothing_leaves_straight_lines_and_the_ends_and_averages_in_between()
    {
        var random = new Random(7);
        var (offset, slope) = (random.NextDouble(), random.NextDouble());
        var line = Series(i => offset + (slope * i));
        Assert.All(line.Smoothed(0.2).Points.Zip(line.Points), pair => Assert.Equal(pair.Second.Value, pair.First.Value, 9));

        var zigzag = Series(i => i % 2).Smoothed(0.2).Points; // windows of 21
        Assert.Equal(0, zigzag[0].Value);
        Assert.Equal(100, Series(i => i).Smoothed(0.2).Trace.Count);
        Assert.Empty(Series(i => i).Smoothed(0.01).Trace); // nothing to smooth
        Assert.Equal(1, zigzag[99].Value);
        Assert.Equal(10.0 / 21, zigzag[50].Value, 12);

        static DataSeries Series(Func<int, double> value) =>
            new(new MethodKey("lora", null), ValueOrigin.Measured, [.. Enumerable.Range(0, 100).Select(i => new DataPoint(i, value(i)))]);
    }
}
