using MathNet.Numerics.Statistics;

namespace Reproduction.Statistics;

/// <summary>Percentile intervals from resampling with replacement.</summary>
public static class Bootstrap
{
    /// <summary>The interval of a statistic of n examples; NaN at both ends where the statistic is NaN on a resample.</summary>
    /// <param name="n">The number of examples.</param>
    /// <param name="statistic">
    /// Gets n indices, drawn with replacement. For a paired test it computes the difference of two methods on the same examples.
    /// </param>
    /// <param name="confidence">The confidence.</param>
    /// <param name="resamples">The number of resamples.</param>
    /// <param name="seed">The seed: equal inputs give equal intervals.</param>
    public static Interval Interval(int n, Func<int[], double> statistic, double confidence = 0.95, int resamples = 2000, int seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        var random = new Random(seed);
        var indices = new int[n];
        var values = new double[resamples];
        for (var i = 0; i < resamples; i++)
        {
            for (var j = 0; j < n; j++)
            {
                indices[j] = random.Next(n);
            }

            values[i] = statistic(indices);
            if (double.IsNaN(values[i]))
            {
                // Sorted to the front, it would only move the quantiles of the others.
                return new Interval(double.NaN, double.NaN);
            }
        }

        Array.Sort(values);
        var tail = (1 - confidence) / 2;
        return new Interval(Quantile(values, tail), Quantile(values, 1 - tail));
    }

    // Linear interpolation between order statistics, as in NumPy.
    private static double Quantile(double[] sorted, double probability) =>
        SortedArrayStatistics.QuantileCustom(sorted, probability, QuantileDefinition.R7);
}
