namespace Reproduction.Statistics;

/// <summary>Student's t distribution.</summary>
public static class StudentT
{
    /// <summary>The probability of a draw below <paramref name="t"/>; infinite degrees of freedom give the normal distribution.</summary>
    public static double Cumulative(double t, double degreesOfFreedom)
    {
        if (double.IsPositiveInfinity(degreesOfFreedom))
        {
            return Normal.Cumulative(t);
        }

        var tail = 0.5 * SpecialFunctions.RegularizedBeta(degreesOfFreedom / (degreesOfFreedom + (t * t)), degreesOfFreedom / 2, 0.5);
        return t > 0 ? 1 - tail : tail;
    }

    /// <summary>The value below which a draw lies with the given probability, to about 1e-12 relative.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not inside (0, 1), or the degrees of freedom are not positive.</exception>
    public static double Quantile(double probability, double degreesOfFreedom)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(degreesOfFreedom);
        if (probability is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "Expected a value between 0 and 1.");
        }

        if (probability < 0.5)
        {
            return -Quantile(1 - probability, degreesOfFreedom);
        }

        var (low, high) = (0.0, 1.0);
        while (Cumulative(high, degreesOfFreedom) < probability)
        {
            (low, high) = (high, 2 * high);
        }

        while (high - low > 1e-13 * high)
        {
            var middle = 0.5 * (low + high);
            if (Cumulative(middle, degreesOfFreedom) < probability)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return 0.5 * (low + high);
    }
}
