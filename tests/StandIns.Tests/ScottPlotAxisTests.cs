using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace SpectralExperiments.Tests;

public sealed class ScottPlotAxisTests
{
    private const double Nearby = 1e-9;

    [Fact]
    public void Axes_that_nobody_set_fit_the_data_with_five_percent_at_the_sides_and_seven_and_a_half_above_and_below()
    {
        using var plot = new Plot();
        plot.Add.Scatter(new double[] { 0, 4, 10 }, new double[] { 0, 100, 40 });

        AssertLimits(plot, -0.5, 10.5, -7.5, 107.5);
    }

    [Fact]
    public void Bars_fills_and_whiskers_take_part_in_the_fit()
    {
        using var plot = new Plot();
        plot.Add.Bars(new List<Bar> { new() { Position = 1, Value = 5, Size = 1 } });
        plot.Add.Plottable(new ScottPlot.Plottables.ErrorBar([1.5], [5], null, null, [5], [1]));
        plot.Add.FillY([1.0, 2.5], [1, 1], [-10, 2]);

        AssertLimits(plot, 0.5 - 0.1, 2.5 + 0.1, -10 - 1.5, 10 + 1.5);
    }

    [Fact]
    public void A_single_point_and_an_empty_plot_still_have_an_area()
    {
        using var one = new Plot();
        one.Add.Scatter(new double[] { 3 }, new double[] { 7 });
        using var none = new Plot();

        AssertLimits(one, 1.9, 4.1, 5.85, 8.15);
        AssertLimits(none, -10, 10, -10, 10);
    }

    [Fact]
    public void Limits_that_are_set_stay_and_the_other_axis_is_fitted()
    {
        using var plot = new Plot();
        plot.Add.Scatter(new double[] { 0, 10 }, new double[] { 0, 100 });
        plot.Axes.SetLimitsX(2, 3);

        AssertLimits(plot, 2, 3, -7.5, 107.5);
    }

    [Fact]
    public void Automatic_ticks_are_round_evenly_spaced_inside_the_axis_and_none_too_many()
    {
        var random = new Random(5);
        for (var i = 0; i < 200; i++)
        {
            var span = Math.Pow(10, (8 * random.NextDouble()) - 4);
            var min = (random.NextDouble() - 0.5) * 20 * span;
            var ticks = Ticks(min, min + span, out var labels);

            Assert.InRange(ticks.Length, 2, 25);
            Assert.All(ticks, position => Assert.InRange(position, min, min + span));
            var spacing = ticks[1] - ticks[0];
            var mantissa = spacing / Math.Pow(10, Math.Floor(Math.Log10(spacing * (1 + 1e-9))));
            Assert.Contains(((double[])[1, 2, 5]), digit => Math.Abs(mantissa - digit) < 1e-4);
            Assert.All(ticks, position => Assert.InRange(Math.Abs((position / spacing) - Math.Round(position / spacing)), 0, 1e-6));
            Assert.All(ticks.Skip(1).Zip(ticks), pair => Assert.Equal(spacing, pair.First - pair.Second, 1e-6 * spacing));
            Assert.Equal(ticks.Select(Text), labels);
        }
    }

    [Fact]
    public void Longer_labels_leave_room_for_fewer_ticks()
    {
        var narrow = Ticks(0, 100, out _);
        var wide = Ticks(0, 100, out _, value => $"{Text(value)} trainable parameters");

        Assert.True(wide.Length < narrow.Length);
    }

    [Fact]
    public void Manual_ticks_appear_where_they_lie_on_the_axis()
    {
        using var plot = new Plot();
        var ticks = new NumericManual();
        ticks.AddMajor(-1, "out");
        ticks.AddMajor(1, "one");
        ticks.AddMinor(1.5);
        ticks.AddMajor(2, "two");
        plot.Axes.Bottom.TickGenerator = ticks;
        plot.Axes.SetLimits(0, 2, 0, 1);

        plot.RenderInMemory();

        Assert.Equal([(1.0, "one", true), (1.5, "", false), (2.0, "two", true)], ticks.Ticks.Select(tick => (tick.Position, tick.Label, tick.IsMajor)));
    }

    private static double[] Ticks(double min, double max, out string[] labels, Func<double, string>? formatter = null)
    {
        using var plot = new Plot();
        var ticks = new NumericAutomatic { LabelFormatter = formatter ?? Text };
        plot.Axes.Bottom.TickGenerator = ticks;
        plot.Axes.SetLimits(min, max, 0, 1);
        plot.RenderInMemory(600, 400);
        labels = [.. ticks.Ticks.Where(tick => tick.IsMajor).Select(tick => tick.Label)];
        return [.. ticks.Ticks.Where(tick => tick.IsMajor).Select(tick => tick.Position)];
    }

    private static string Text(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>Renders, and asserts that of the ticks around each limit those just inside appear and those just outside do not.</summary>
    private static void AssertLimits(Plot plot, double left, double right, double bottom, double top)
    {
        var (x, y) = (Around(left, right), Around(bottom, top));
        plot.Axes.Bottom.TickGenerator = x;
        plot.Axes.Left.TickGenerator = y;
        plot.RenderInMemory();
        Assert.Equal([left + Nearby, right - Nearby], x.Ticks.Select(tick => tick.Position));
        Assert.Equal([bottom + Nearby, top - Nearby], y.Ticks.Select(tick => tick.Position));
    }

    private static NumericManual Around(double min, double max)
    {
        var ticks = new NumericManual();
        foreach (var position in (double[])[min - Nearby, min + Nearby, max - Nearby, max + Nearby])
        {
            ticks.AddMajor(position, "");
        }

        return ticks;
    }
}
