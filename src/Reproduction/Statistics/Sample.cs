using MathNet.Numerics.Distributions;

namespace Reproduction.Statistics;

/// <summary>Means of a sample and how sure they are.</summary>
public static class Sample
{
    /// <summary>The standard deviation with n - 1 in the denominator; NaN for fewer than two values.</summary>
    public static double StandardDeviation(IReadOnlyList<double> values)
    {
        if (values.Count < 2)
        {
            return double.NaN;
        }

        var mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
    }

    /// <summary>Student's interval of the mean: the one for a handful of seeds, where a bootstrap is too narrow.</summary>
    /// <exception cref="ArgumentException">There are fewer than two values.</exception>
    public static Interval MeanInterval(IReadOnlyList<double> values, double confidence = 0.95)
    {
        if (values.Count < 2)
        {
            throw new ArgumentException("Expected at least two values.", nameof(values));
        }

        var half = StudentT.InvCDF(0, 1, values.Count - 1, (1 + confidence) / 2) * StandardDeviation(values) / Math.Sqrt(values.Count);
        return new Interval(values.Average() - half, values.Average() + half);
    }

    /// <summary>
    /// The mean of the middle half: floor(n/4) values are dropped at each end (Agarwal et al. 2021, rliable). NaN where a value is not
    /// finite: a broken run must not be trimmed away.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no value.</exception>
    public static double InterquartileMean(IReadOnlyList<double> values)
    {
        var cut = values.Count / 4;
        return !values.All(double.IsFinite) ? double.NaN : values.Order().Skip(cut).Take(values.Count - (2 * cut)).Average();
    }
}
