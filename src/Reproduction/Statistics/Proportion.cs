using MathNet.Numerics.Distributions;

namespace Reproduction.Statistics;

/// <summary>Counts of right answers.</summary>
public static class Proportion
{
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
