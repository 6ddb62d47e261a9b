using ScottPlot.Rendering;

namespace ScottPlot.Plottables;

public class Scatter : IPlottable
{
    private readonly Coordinates[] points;

    internal Scatter(Coordinates[] points) => this.points = points;

    public string LegendText { get; set; } = string.Empty;

    public LineStyle LineStyle { get; set; } = new() { Width = 1, Rounded = true };

    public float LineWidth { get => LineStyle.Width; set => LineStyle.Width = value; }

    public LinePattern LinePattern { get => LineStyle.Pattern; set => LineStyle.Pattern = value; }

    public Color LineColor { get => LineStyle.Color; set => LineStyle.Color = value; }

    public MarkerStyle MarkerStyle { get; set; } = new() { LineWidth = 1, Size = 5, Shape = MarkerShape.FilledCircle };

    public MarkerShape MarkerShape { get => MarkerStyle.Shape; set => MarkerStyle.Shape = value; }

    public float MarkerSize { get => MarkerStyle.Size; set => MarkerStyle.Size = value; }

    public Color MarkerFillColor { get => MarkerStyle.FillColor; set => MarkerStyle.FillColor = value; }

    public Color MarkerLineColor { get => MarkerStyle.LineColor; set => MarkerStyle.LineColor = value; }

    public float MarkerLineWidth { get => MarkerStyle.LineWidth; set => MarkerStyle.LineWidth = value; }

    public Color Color
    {
        get => LineStyle.Color;
        set
        {
            LineStyle.Color = value;
            MarkerStyle.FillColor = value;
            MarkerStyle.LineColor = value;
        }
    }

    IEnumerable<LegendItem> IPlottable.LegendItems =>
        [new LegendItem { LabelText = LegendText, LineStyle = LineStyle, MarkerStyle = MarkerStyle }];

    AxisLimits IPlottable.GetAxisLimits() => AxisLimits.Of(points);

    void IPlottable.Render(RenderPack pack)
    {
        var pixels = pack.GetPixels(points);
        pack.Canvas.Lines(pixels, LineStyle);
        if (MarkerSize > 0)
        {
            Array.ForEach(pixels, pixel => MarkerStyle.Render(pack.Canvas, pixel));
        }
    }
}
