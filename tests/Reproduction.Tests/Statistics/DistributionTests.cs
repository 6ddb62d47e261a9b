using Reproduction.Statistics;

namespace Reproduction.Tests.Statistics;

public sealed class DistributionTests
{
    // Standard tables to four decimals, and closed forms for one and two degrees of freedom.
    [Theory]
    [InlineData(0.975, 1, 12.7062)]
    [InlineData(0.975, 2, 4.3027)]
    [InlineData(0.975, 4, 2.7764)]
    [InlineData(0.975, 30, 2.0423)]
    [InlineData(0.995, 10, 3.1693)]
    [InlineData(0.975, double.PositiveInfinity, 1.9600)]
    [InlineData(0.025, 4, -2.7764)]
    public void Quantiles_agree_with_the_tables(double probability, double degreesOfFreedom, double expected) =>
        Assert.Equal(expected, StudentT.Quantile(probability, degreesOfFreedom), 4);

    [Fact]
    public void Quantiles_agree_with_closed_forms_and_invert_the_cumulative()
    {
        var random = new Random(1);
        for (var i = 0; i < 200; i++)
        {
            var p = 0.001 + (0.998 * random.NextDouble());
            AssertClose(Math.Tan(Math.PI * (p - 0.5)), StudentT.Quantile(p, 1));
            AssertClose(((2 * p) - 1) / Math.Sqrt(2 * p * (1 - p)), StudentT.Quantile(p, 2));
            var degreesOfFreedom = 0.5 + (100 * random.NextDouble());
            AssertClose(p, StudentT.Cumulative(StudentT.Quantile(p, degreesOfFreedom), degreesOfFreedom));
            AssertClose(p, Normal.Cumulative(Normal.Quantile(p)));
        }

        static void AssertClose(double expected, double actual) => Assert.Equal(expected, actual, 1e-9 * Math.Max(1, Math.Abs(expected)));
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.8413447460685429)]
    [InlineData(-3, 0.0013498980316300933)]
    [InlineData(6, 0.9999999990134123)]
    public void The_normal_cumulative_is_known(double x, double expected) => Assert.Equal(expected, Normal.Cumulative(x), 1e-14);

    [Fact]
    public void Quantiles_of_impossible_probabilities_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentT.Quantile(1, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentT.Quantile(double.NaN, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentT.Quantile(0.5, 0));
    }
}
