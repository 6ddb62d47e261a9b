using ScottPlot;

namespace Reproduction.Figures.Charts;

/// <summary>A cross at the foot of the data where a value is no number: nothing that is missing goes unseen.</summary>
internal static class MissingMark
{
    private const float Size = 8;

    // How far above the foot, as a share of the axis.
    private const double Height = 0.025;

    /// <summary>Marks places on the horizontal axis, given in its coordinates; the limits of the vertical one are set.</summary>
    public static void Add(Plot plot, IEnumerable<double> xs, Color color)
    {
        var range = plot.Axes.Left.Range;
        foreach (var x in xs)
        {
            plot.Add.Plottable(new ScottPlot.Plottables.Marker
            {
                X = x,
                Y = range.Min + (Height * (range.Max - range.Min)),
                MarkerStyle = Style(color),
            });
        }
    }

    /// <summary>What the legend says of the marks.</summary>
    /// <param name="log">Whether the axis shows positive numbers only.</param>
    public static LegendItem Legend(bool log) => new()
    {
        LabelText = log ? "× not a positive number" : "× not a number",
        MarkerStyle = MarkerStyle.None,
    };

    private static MarkerStyle Style(Color color) => new(MarkerShape.Eks, Size, color)
    {
        LineWidth = ChartTheme.LineWidth,
        LineColor = color,
        CustomRenderer = new SolidMarker(MarkerShape.Eks),
    };
}
