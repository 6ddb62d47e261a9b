using ScottPlot;
using ScottPlot.Panels;
using ScottPlot.Plottables;
using SkiaSharp;

namespace Reproduction.Figures.Charts;

/// <summary>What all figures have in common: font sizes that are readable at 6 inches, quiet axes, the legend above the data.</summary>
internal static class ChartTheme
{
    public const float TitleSize = 16;
    public const float LineWidth = 2;
    public const float ThinLineWidth = 1.2f;
    public const float MarkerSize = 9;
    public const float SymbolWidth = 34;

    /// <summary>How far the numbers of a vertical axis move towards it, because ScottPlot leaves them too close to its label.</summary>
    public const float TickLabelShift = 2;
    private const float LabelSize = 14.5f;
    private const float SmallSize = 13.5f;
    private const float MinorTickLength = 2;

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
        axis.MinorTickStyle.Length = MinorTickLength;
    }

    /// <summary>Gives all text of a finished plot one font.</summary>
    public static void SetFont(Plot plot, string family)
    {
        SetFont(plot.Axes.Title.Label, family);
        foreach (var axis in plot.Axes.GetAxes().Concat(plot.Axes.GetPanels().OfType<ColorBar>().Select(bar => bar.Axis)))
        {
            SetFont(axis.Label, family);
            SetFont(axis.TickLabelStyle, family);
        }

        foreach (var text in (LabelStyleProperties[])[.. plot.GetPlottables<Text>(), .. plot.Legend.ManualItems])
        {
            SetFont(text.LabelStyle, family);
        }

        foreach (var formula in plot.GetPlottables<FormulaLabel>())
        {
            formula.FontName = family;
        }
    }

    // ScottPlot measures lines from ascent to descent, but draws them as high above the lower edge as the font's lowest sign
    // needs: in DejaVu Sans 0.23 of the font's size too high.
    private static void SetFont(LabelStyle label, string family)
    {
        label.FontName = family;
        using var font = new SKFont(Fonts.GetTypeface(family, label.Bold, label.Italic), label.FontSize);
        var shift = font.Metrics.Bottom - font.Metrics.Descent;
        var (sin, cos) = MathF.SinCos(label.Rotation * MathF.PI / 180);
        label.OffsetX -= sin * shift;
        label.OffsetY += cos * shift;
    }

    /// <summary>A legend in rows between the title and the data, where it can cover nothing.</summary>
    public static void Legend(Plot plot, IEnumerable<LegendItem> items)
    {
        foreach (var item in items)
        {
            item.LabelFontSize = SmallSize;
            plot.Legend.ManualItems.Add(item);
        }

        plot.Legend.OutlineWidth = 0;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.SymbolWidth = SymbolWidth;
        plot.Legend.TightHorizontalWrapping = true;
        plot.Legend.InterItemPadding = new PixelPadding(16, 16, 3, 3);
        plot.Legend.Padding = new PixelPadding(0, 0);
        plot.ShowLegend(Edge.Top).Padding = new PixelPadding(0, 8);
    }
}
