using System.Diagnostics;
using System.Globalization;

namespace Bench;

/// <summary>Wall-clock measurement.</summary>
internal static class Timing
{
    /// <summary>How long an action takes, in milliseconds.</summary>
    public static double Milliseconds(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalMilliseconds;
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    /// <summary>The median over the rounds of one's time over the other's, to three digits.</summary>
    public static string MedianRatio(IEnumerable<double> own, IEnumerable<double> other) =>
        Digits(Median(own.Zip(other, (first, second) => first / second)), "F3");

    public static string Digits(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
