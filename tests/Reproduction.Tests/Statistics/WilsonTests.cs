using Reproduction.Statistics;

namespace Reproduction.Tests.Statistics;

public sealed class WilsonTests
{
    // The formula, computed apart from this code.
    [Theory]
    [InlineData(10, 10, 0.7224672001371107, 1)]
    [InlineData(0, 10, 0, 0.2775327998628892)]
    [InlineData(7, 10, 0.39677814746114537, 0.8922087325936989)]
    [InlineData(584, 600, 0.9571240661880865, 0.9835201901856102)]
    [InlineData(1, 1, 0.20654931437723745, 1)]
    public void The_interval_is_that_of_the_score_test(int right, int n, double low, double high)
    {
        var interval = Proportion.Wilson(right / (double)n, n);

        Assert.Equal(low, interval.Low, 1e-9);
        Assert.Equal(high, interval.High, 1e-9);
    }

    [Fact]
    public void It_holds_the_share_and_is_never_empty()
    {
        for (var n = 1; n <= 40; n++)
        {
            for (var right = 0; right <= n; right++)
            {
                var interval = Proportion.Wilson(right / (double)n, n);

                Assert.True(interval.Contains(right / (double)n), $"{right} of {n}");
                Assert.True(interval.HalfWidth > 0.04 && interval.Low >= 0 && interval.High <= 1, $"{right} of {n}");
            }
        }
    }

    [Fact]
    public void What_is_no_share_of_answers_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Proportion.Wilson(0.5, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Proportion.Wilson(1.01, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Proportion.Wilson(double.NaN, 5));
    }
}
