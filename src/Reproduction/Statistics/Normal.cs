namespace Reproduction.Statistics;

/// <summary>The standard normal distribution.</summary>
public static class Normal
{
    /// <summary>The value below which a draw lies with the given probability.</summary>
    public static double Quantile(double probability) => StudentT.Quantile(probability, double.PositiveInfinity);

    /// <summary>The probability of a draw below <paramref name="x"/>.</summary>
    public static double Cumulative(double x) => 0.5 * SpecialFunctions.Erfc(-x / Math.Sqrt(2));
}
