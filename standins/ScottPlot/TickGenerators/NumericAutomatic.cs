using ScottPlot.Native;

namespace ScottPlot.TickGenerators;

public class NumericAutomatic : ITickGenerator
{
    private const int MinorDivisions = 5;

    public Tick[] Ticks { get; set; } = [];

    public Func<double, string> LabelFormatter { get; set; } = CurrentCultureText;

    void ITickGenerator.Regenerate(Canvas canvas, CoordinateRange range, bool vertical, float length, LabelStyle style)
    {
        // The labels decide how many ticks fit, and the ticks decide how long the labels are: repeat until they agree.
        var labelLength = 12f;
        while (true)
        {
            var positions = Positions(range, length, labelLength);
            var labels = positions.Select(LabelFormatter).ToArray();
            var sizes = labels.Select(label => style.Measure(canvas, label));
            var longest = sizes.Select(size => vertical ? size.Height : size.Width).DefaultIfEmpty(0).Max();
            if (longest <= labelLength)
            {
                var major = positions.Zip(labels, (position, label) => new Tick(position, label, isMajor: true));
                Ticks = [.. major.Concat(Minor(positions)).Where(tick => range.Contains(tick.Position))];
                return;
            }

            labelLength = longest;
        }
    }

    private static double[] Positions(CoordinateRange range, float length, float labelLength)
    {
        var spacing = Spacing(range, length, labelLength);
        var first = range.Min - (range.Min % spacing);
        var count = Math.Clamp((int)(range.Length / spacing) + 2, 1, 1000);
        double[] positions = [.. Enumerable.Range(0, count).Select(i => first + (spacing * i)).Where(range.Contains)];
        return positions.Length > 1 ? positions : [positions.FirstOrDefault(first), positions.FirstOrDefault(first) + spacing];
    }

    // The densest of ..., 10, 5, 2, 1, 0.5, ... at which the labels still have air between them.
    private static double Spacing(CoordinateRange range, float length, float labelLength)
    {
        var target = (int)(length / labelLength) + 1;
        List<double> spacings = [Math.Pow(10, (int)Math.Log10(range.Length) + 1)];
        double[] divisors = [2, 2, 2.5];
        while ((int)(range.Length / spacings[^1]) <= target && spacings.Count < 1000)
        {
            spacings.Add(spacings[^1] / divisors[spacings.Count % divisors.Length]);
        }

        var needed = labelLength * labelLength switch { < 10 => 2f, < 25 => 1.5f, _ => 1.2f };
        return Enumerable.Reverse(spacings).FirstOrDefault(spacing => length * spacing / range.Length > needed, spacings[0]);
    }

    private static IEnumerable<Tick> Minor(double[] major)
    {
        var step = (major[1] - major[0]) / MinorDivisions;
        for (var i = -MinorDivisions; i < major.Length * MinorDivisions; i++)
        {
            if (i % MinorDivisions != 0)
            {
                yield return new Tick(major[0] + (step * i), string.Empty, isMajor: false);
            }
        }
    }

    // The real package labels in the current culture too; callers that must not depend on it set LabelFormatter.
    private static string CurrentCultureText(double value)
    {
        if ((int)value == value || Math.Abs(value) > 1000)
        {
            return value.ToString("N0");
        }

        var text = Math.Round(value, 10).ToString("G");
        return text == "-0" ? "0" : text;
    }
}
