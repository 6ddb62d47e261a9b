using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Reproduction.Figures.Charts;

/// <summary>Ticks whose labels depend on no culture. Logarithmic axes plot log10 of their values, as ScottPlot has them.</summary>
internal static class AxisTicks
{
    // Which multiples of a power of ten carry a label: the densest choice that gives at most this many of them.
    private const int MaxLabels = 8;
    private const int FewLabels = 3;
    private static readonly int[][] Multiples = [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1, 3], [1]];

    /// <summary>Ticks at round numbers, all with as many decimals as the finest spacing needs, and none in between.</summary>
    public static ITickGenerator Linear(double min, double max)
    {
        const int mostTicks = 16;
        var decimals = Math.Max(0, -(int)Math.Floor(Math.Log10(RoundUp((max - min) / mostTicks))));
        var format = "#,0." + new string('0', decimals);
        return new NumericAutomatic
        {
            LabelFormatter = value => Math.Round(value, 10).ToString(format, CultureInfo.InvariantCulture),
            MinorTickGenerator = new EvenlySpacedMinorTickGenerator(1),
        };
    }

    /// <summary>Ticks with the given labels at 0, 1, 2, ...</summary>
    public static ITickGenerator Named(IEnumerable<string> labels)
    {
        var ticks = new NumericManual();
        foreach (var (i, label) in labels.Index())
        {
            ticks.AddMajor(i, label);
        }

        return ticks;
    }

    /// <summary>Ticks at the given numbers and nowhere else.</summary>
    public static ITickGenerator At(IEnumerable<double> values)
    {
        var ticks = new NumericManual();
        foreach (var value in values)
        {
            ticks.AddMajor(value, Plain(value));
        }

        return ticks;
    }

    /// <summary>Ticks for log10 of the values from <paramref name="min"/> to <paramref name="max"/>, both positive.</summary>
    public static ITickGenerator Log(double min, double max)
    {
        var ticks = new NumericManual();
        var all = Positions(Multiples[0]).ToList();
        var labelled = all.Count < FewLabels ? RoundNumbers(min, max).ToList()
            : Multiples.Select(multiples => Positions(multiples).ToList()).FirstOrDefault(positions => positions.Count <= MaxLabels)
            ?? [.. EveryNthDecade()];
        foreach (var value in labelled)
        {
            ticks.AddMajor(Math.Log10(value), all.Count < FewLabels ? Exact(value) : Short(value));
        }

        foreach (var value in all.Except(labelled))
        {
            ticks.AddMinor(Math.Log10(value));
        }

        return ticks;

        IEnumerable<double> Positions(int[] multiples) =>
            from exponent in Enumerable.Range(FirstDecade(), LastDecade() - FirstDecade() + 1)
            from multiple in multiples
            let value = multiple * Math.Pow(10, exponent)
            where value >= min && value <= max
            select value;

        IEnumerable<double> EveryNthDecade()
        {
            var decades = Positions(Multiples[^1]).ToList();
            var step = (decades.Count + MaxLabels - 1) / MaxLabels;
            return decades.Where((_, i) => i % step == 0);
        }

        int FirstDecade() => (int)Math.Floor(Math.Log10(min));

        int LastDecade() => (int)Math.Floor(Math.Log10(max));
    }

    // Where an axis spans less than a few multiples, evenly spaced numbers say more.
    private static IEnumerable<double> RoundNumbers(double min, double max)
    {
        const int wanted = 5;
        var step = RoundUp((max - min) / wanted);
        for (var i = Math.Ceiling(min / step); i * step <= max; i++)
        {
            yield return i * step;
        }
    }

    // The next number of the form 1, 2 or 5 times a power of ten: the spacings that ticks can have.
    private static double RoundUp(double value)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return power * ((int[])[1, 2, 5, 10]).First(digit => digit * power >= value);
    }

    /// <summary>A number without exponent, with as many decimals as it needs.</summary>
    public static string Plain(double value) =>
        Math.Round(value, 10) is var rounded && rounded == 0 ? "0" : rounded.ToString("#,0.##########", CultureInfo.InvariantCulture);

    /// <summary>A number with K, M or G for thousands, millions and milliards, or in scientific notation where it is tiny.</summary>
    public static string Short(double value) => Math.Abs(value) switch
    {
        >= 1e9 => (value / 1e9).ToString("0.##", CultureInfo.InvariantCulture) + "G",
        >= 1e6 => (value / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + "M",
        >= 1e3 => (value / 1e3).ToString("0.##", CultureInfo.InvariantCulture) + "K",
        >= 1e-3 or 0 => value.ToString("0.###", CultureInfo.InvariantCulture),
        _ => Scientific(value),
    };

    // Neighbouring numbers must not get the same label.
    private static string Exact(double value) => value is >= 1e-3 and < 1e6 ? Plain(value) : Scientific(value);

    // Without raised digits, which Liberation Sans and other fonts lack.
    private static string Scientific(double value) => value.ToString("0.######e-0", CultureInfo.InvariantCulture);
}
