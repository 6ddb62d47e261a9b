using ScottPlot;

namespace Reproduction.Figures.Charts;

/// <summary>What all figures have in common: font sizes that are readable at 6 inches, quiet axes, the legend above the data.</summary>
internal static class ChartTheme
{
    public const float TitleSize = 16;
    public const float LineWidth = 2;
    public const float ThinLineWidth = 1.2f;
    public const float MarkerSize = 9;
    public const float MinorTickLength = 2;

    /// <summary>How far the numbers of a vertical axis move towards it, because ScottPlot leaves them too close to its label.</summary>
    public const float TickLabelShift = 2;
    private const float LabelSize = 14.5f;
    private const float SmallSize = 13.5f;

    /// <summary>The colour of text, whiskers and the legend's neutral symbols.</summary>
    public static Color Ink { get; } = Color.FromHex("#333333");

    private static Color Frame { get; } = Color.FromHex("#888888");

    private static Color GridLines { get; } = Color.FromHex("#E4E4E4");

    /// <summary>Labels, fonts and frame; the ticks are the chart's own.</summary>
    public static void Apply(Plot plot, string xLabel, string yLabel, bool verticalGrid)
    {
        plot.XLabel(xLabel, LabelSize);
        plot.YLabel(yLabel, LabelSize);
        foreach (var axis in (IAxis[])[plot.Axes.Bottom, plot.Axes.Left])
        {
            Quiet(axis);
        }

        plot.Axes.Left.TickLabelStyle.OffsetX = TickLabelShift;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Grid.XAxisStyle.IsVisible = verticalGrid;
        plot.Grid.XAxisStyle.MajorLineStyle.Color = GridLines;
        plot.Grid.YAxisStyle.MajorLineStyle.Color = GridLines;
    }

    /// <summary>Gives an axis the figures' fonts and colours.</summary>
    public static void Quiet(IAxis axis)
    {
        axis.Label.Bold = false;
        axis.Label.FontSize = LabelSize;
        axis.Label.ForeColor = Ink;
        axis.TickLabelStyle.FontSize = SmallSize;
        axis.TickLabelStyle.ForeColor = Ink;
        axis.FrameLineStyle.Color = Frame;
        axis.MajorTickStyle.Color = Frame;
        axis.MinorTickStyle.Color = Frame;
        axis.MinorTickStyle.Length = 0;
    }

    /// <summary>A legend in rows between the title and the data, where it can cover nothing.</summary>
    public static void Legend(Plot plot, IEnumerable<LegendItem> items)
    {
        plot.Legend.ManualItems.AddRange(items);
        plot.Legend.FontSize = SmallSize;
        plot.Legend.OutlineWidth = 0;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.SymbolWidth = 34;
        plot.Legend.TightHorizontalWrapping = true;
        plot.Legend.InterItemPadding = new PixelPadding(16, 16, 3, 3);
        plot.Legend.Padding = new PixelPadding(0, 0);
        plot.ShowLegend(Edge.Top).Padding = new PixelPadding(0, 8);
    }
}
