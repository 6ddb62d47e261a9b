namespace Reproduction.Statistics;

/// <summary>The special functions behind the distributions (Abramowitz and Stegun, chapters 6, 7 and 26).</summary>
internal static class SpecialFunctions
{
    private const double Smallest = 1e-300;
    private const double Precision = 1e-15;
    private const int MostTerms = 10_000;

    /// <summary>ln Γ(x) for x > 0: Stirling's series, after shifting x to where it converges.</summary>
    public static double LogGamma(double x)
    {
        var shift = 0.0;
        while (x < 12)
        {
            shift -= Math.Log(x);
            x++;
        }

        var inverse = 1 / x;
        var square = inverse * inverse;
        var series = inverse * ((1.0 / 12) - (square * ((1.0 / 360) - (square * ((1.0 / 1260) - (square * ((1.0 / 1680) - (square / 1188))))))));
        return shift + ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + series;
    }

    /// <summary>The regularised incomplete beta function I_x(a, b), by its continued fraction (26.5.8).</summary>
    public static double RegularizedBeta(double x, double a, double b)
    {
        if (x <= 0 || x >= 1)
        {
            return x <= 0 ? 0 : 1;
        }

        // The fraction converges fast only on this side of the mean.
        if (x > (a + 1) / (a + b + 2))
        {
            return 1 - RegularizedBeta(1 - x, b, a);
        }

        var front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * Math.Log(1 - x))) / a;
        return front * Fraction(term =>
        {
            var m = term / 2;
            return term % 2 == 0
                ? m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)))
                : -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
        });
    }

    /// <summary>The complementary error function: its series near zero, its continued fraction in the tail (7.1.6, 7.1.14).</summary>
    public static double Erfc(double x)
    {
        if (x < 0)
        {
            return 2 - Erfc(-x);
        }

        if (x > 2)
        {
            return Math.Exp(-x * x) / (x * Math.Sqrt(Math.PI)) * Fraction(term => term / 2.0 / (x * x));
        }

        var (term, sum) = (x, x);
        for (var n = 1; Math.Abs(term) > Precision * sum; n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 1 - (2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum);
    }

    // 1 / (1 + d1 / (1 + d2 / (1 + ...))), evaluated from the front (modified Lentz).
    private static double Fraction(Func<int, double> coefficient)
    {
        var (value, c, d) = (1.0, 1.0, 0.0);
        for (var term = 1; term <= MostTerms; term++)
        {
            var next = coefficient(term);
            d = NotZero(1 + (next * d));
            c = NotZero(1 + (next / c));
            d = 1 / d;
            value *= c * d;
            if (Math.Abs((c * d) - 1) < Precision)
            {
                break;
            }
        }

        return 1 / value;
    }

    private static double NotZero(double x) => Math.Abs(x) < Smallest ? Smallest : x;
}
