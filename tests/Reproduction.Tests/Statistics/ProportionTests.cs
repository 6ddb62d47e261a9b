using Reproduction.Statistics;

namespace Reproduction.Tests.Statistics;

public sealed class ProportionTests
{
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
