using Reproduction.Statistics;

namespace Reproduction.Tests.Statistics;

public sealed class SampleTests
{
    private static double Gauss(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    [Fact]
    public void The_standard_deviation_divides_by_n_minus_1()
    {
        Assert.Equal(Math.Sqrt(2.5), Sample.StandardDeviation([1, 2, 3, 4, 5]), 1e-15);
        Assert.Equal(double.NaN, Sample.StandardDeviation([1]));
    }

    // The 0.975 quantile of Student's t with 4 degrees of freedom is 2.776445105197793.
    [Fact]
    public void The_t_interval_is_the_quantile_times_the_standard_error()
    {
        var interval = Sample.MeanInterval([1, 2, 3, 4, 5]);

        Assert.Equal(3, (interval.Low + interval.High) / 2, 1e-12);
        Assert.Equal(2.776445105197793 * Math.Sqrt(2.5 / 5), interval.HalfWidth, 1e-9);
    }

    // A simulated share lies within 4 standard errors of the true one: sqrt(0.05 * 0.95 / 4000) * 4 = 0.014.
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(10)]
    public void The_t_interval_holds_the_mean_in_95_of_100_samples(int n)
    {
        var random = new Random(n);
        var held = Enumerable.Range(0, 4000).Count(_ =>
            Sample.MeanInterval([.. Enumerable.Range(0, n).Select(_ => 7 + (3 * Gauss(random)))]).Contains(7));

        Assert.Equal(0.95, held / 4000.0, 0.014);
    }

    [Fact]
    public void The_bootstrap_interval_holds_the_mean_about_as_often()
    {
        var random = new Random(3);
        var held = Enumerable.Range(0, 600).Count(trial =>
        {
            double[] values = [.. Enumerable.Range(0, 60).Select(_ => Gauss(random))];
            return Bootstrap.Interval(60, indices => indices.Average(i => values[i]), resamples: 400, seed: trial).Contains(0);
        });

        // Percentile intervals are a little narrow at n = 60 (about 94 %); 4 standard errors are 0.036.
        Assert.Equal(0.94, held / 600.0, 0.036);
    }

    [Fact]
    public void The_bootstrap_is_the_same_for_the_same_seed()
    {
        double[] values = [1, 5, 2, 8, 3, 9, 4];
        double Mean(int[] indices) => indices.Average(i => values[i]);

        Assert.Equal(Bootstrap.Interval(7, Mean, seed: 4), Bootstrap.Interval(7, Mean, seed: 4));
        Assert.NotEqual(Bootstrap.Interval(7, Mean, seed: 4), Bootstrap.Interval(7, Mean, seed: 5));
    }

    [Theory]
    [InlineData(5.0, 5.0)]
    [InlineData(2.0, 1.0, 3.0, 2.0)]
    [InlineData(2.5, 100.0, 2.0, 3.0, -50.0)]
    [InlineData(4.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 800.0)]
    [InlineData(3.0, 5.0, 1.0, 3.0, 2.0, 4.0)]
    public void The_interquartile_mean_drops_a_quarter_at_each_end(double expected, params double[] values) =>
        Assert.Equal(expected, Sample.InterquartileMean(values), 1e-12);
}
