using Reproduction.Statistics;

namespace Reproduction.Tests.Statistics;

public sealed class ProportionTests
{
    // Table 2 prints the harness' standard errors of these counts of 1,319.
    [Theory]
    [InlineData(500, 1.34)]
    [InlineData(591, 1.37)]
    [InlineData(578, 1.37)]
    [InlineData(656, 1.38)]
    public void The_standard_error_is_the_one_of_lm_eval(int correct, double printed) =>
        Assert.Equal(printed, Math.Round(100 * Proportion.StandardError(correct, 1319), 2));

    [Fact]
    public void The_standard_error_is_the_sample_deviation_over_root_n()
    {
        double[] answers = [1, 0, 1, 1, 0, 1, 1];

        Assert.Equal(Sample.StandardDeviation(answers) / Math.Sqrt(7), Proportion.StandardError(5, 7), 1e-15);
        Assert.Throws<ArgumentOutOfRangeException>(() => Proportion.StandardError(1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Proportion.StandardError(8, 7));
    }

    [Fact]
    public void Mcnemar_adds_up_the_fair_binomial()
    {
        for (var n = 0; n <= 40; n++)
        {
            for (var k = 0; k <= n; k++)
            {
                var tail = Enumerable.Range(0, Math.Min(k, n - k) + 1).Sum(i => Choose(n, i)) / Math.Pow(2, n);
                Assert.Equal(Math.Min(1, 2 * tail), Proportion.McNemar(k, n - k), 1e-12);
            }
        }

        static double Choose(int n, int k) => Enumerable.Range(1, k).Aggregate(1.0, (product, i) => product * (n - k + i) / i);
    }

    [Fact]
    public void Mcnemar_rejects_equal_methods_at_most_5_times_in_100()
    {
        var random = new Random(5);
        var rejected = Enumerable.Range(0, 4000).Count(_ =>
        {
            var first = Enumerable.Range(0, 60).Count(_ => random.Next(2) == 0);
            return Proportion.McNemar(first, 60 - first) < 0.05;
        });

        // The exact test is conservative: at n = 60 it rejects 2.7 % of fair splits.
        Assert.Equal(0.027, rejected / 4000.0, 0.011);
    }
}
