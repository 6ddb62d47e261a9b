using MathNet.Numerics.Distributions;

namespace Reproduction.Statistics;

/// <summary>Counts of right answers.</summary>
public static class Proportion
{
    /// <summary>Wilson's score interval (1927) of a proportion; it holds the proportion, lies within 0 and 1, and is not empty.</summary>
    /// <param name="share">The share of right answers, from 0 to 1.</param>
    /// <param name="n">The number of answers, at least 1.</param>
    /// <param name="confidence">The confidence.</param>
    public static Interval Wilson(double share, int n, double confidence = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        if (share is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "expected a number from 0 to 1");
        }

        var z = Normal.InvCDF(0, 1, (1 + confidence) / 2);
        var shrunk = z * z / n;
        var center = (share + (shrunk / 2)) / (1 + shrunk);
        var half = z / (1 + shrunk) * Math.Sqrt((share * (1 - share) / n) + (shrunk / (4 * n)));
        // Without rounding, the ends of 0 and of all answers are 0 and 1.
        return new Interval(Math.Min(share, Math.Max(0, center - half)), Math.Max(share, Math.Min(1, center + half)));
    }

    /// <summary>
    /// McNemar's exact test: the probability, if two methods were equally good, of a split at least as uneven as the one
    /// found among the examples that only one of them answers rightly.
    /// </summary>
    /// <param name="onlyFirst">Examples that only the first method answers rightly.</param>
    /// <param name="onlySecond">Examples that only the second method answers rightly.</param>
    public static double McNemar(int onlyFirst, int onlySecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(onlyFirst);
        ArgumentOutOfRangeException.ThrowIfNegative(onlySecond);
        var (n, fewer) = (onlyFirst + onlySecond, Math.Min(onlyFirst, onlySecond));
        return n == 0 ? 1 : Math.Min(1, 2 * Binomial.CDF(0.5, n, fewer));
    }
}
