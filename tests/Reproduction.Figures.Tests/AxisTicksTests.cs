using Reproduction.Figures.Charts;
using ScottPlot;

namespace SpectralExperiments.Tests;

public sealed class AxisTicksTests
{
    [Theory]
    [InlineData(0.29, 0.66, "0.3 0.4 0.5 0.6")]
    [InlineData(1_500, 2_300_000, "3K 10K 30K 100K 300K 1M")]
    [InlineData(2e-5, 6, "1e-4 0.001 0.01 0.1 1")]
    [InlineData(0.9, 120, "1 2 5 10 20 50 100")]
    [InlineData(61.2, 61.9, "61.2 61.4 61.6 61.8")]
    public void Logarithmic_axes_are_labelled_at_round_values(double min, double max, string labels) =>
        Assert.Equal(labels, string.Join(
            ' ', Ticks(AxisTicks.Log(min, max), Math.Log10(min), Math.Log10(max)).Where(tick => tick.IsMajor).Select(tick => tick.Label)));

    [Fact]
    public void Every_logarithmic_axis_has_a_few_labels_in_its_range()
    {
        var random = new Random(11);
        for (var i = 0; i < 500; i++)
        {
            var min = Math.Pow(10, (20 * random.NextDouble()) - 10);
            var max = min * Math.Pow(10, 12 * Math.Pow(random.NextDouble(), 3) + 0.001);

            var major = Ticks(AxisTicks.Log(min, max), Math.Log10(min), Math.Log10(max)).Where(tick => tick.IsMajor).ToList();

            Assert.InRange(major.Count, 2, 9);
            Assert.Distinct(major.Select(tick => tick.Label));
            Assert.Equal(major.Select(tick => tick.Position).Order(), major.Select(tick => tick.Position));
        }
    }

    [Theory]
    [InlineData(0.65, 0.86, "0.66 0.68 0.70 0.72 0.74 0.76 0.78 0.80 0.82 0.84 0.86")]
    [InlineData(-10, 1_240, "0 100 200 300 400 500 600 700 800 900 1,000 1,100 1,200")]
    public void Linear_axes_write_all_numbers_with_the_same_decimals(double min, double max, string labels) =>
        Assert.Equal(
            labels, string.Join(' ', Ticks(AxisTicks.Linear(min, max), min, max).Where(tick => tick.IsMajor).Select(tick => tick.Label)));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.25, "0.25")]
    [InlineData(1_760, "1.76K")]
    [InlineData(18_874_368, "18.87M")]
    [InlineData(7.2e9, "7.2G")]
    [InlineData(2e-7, "2e-7")]
    public void Short_numbers_fit_under_a_tick(double value, string text) => Assert.Equal(text, AxisTicks.Short(value));

    private static Tick[] Ticks(ITickGenerator generator, double min, double max)
    {
        using var plot = new Plot();
        plot.Axes.Left.TickGenerator = generator;
        plot.Axes.SetLimits(0, 1, min, max);
        plot.RenderInMemory(400, 320);
        return generator.Ticks;
    }
}
