namespace Reproduction.Statistics;

/// <summary>Moments of a sample.</summary>
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
}
