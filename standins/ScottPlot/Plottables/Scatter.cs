using ScottPlot.Rendering;

namespace ScottPlot.Plottables;

public class Scatter : IPlottable
{
    private readonly Coordinates[] points;
    private readonly LineStyle line;
    private readonly MarkerStyle marker;

    internal Scatter(Coordinates[] points, Color color)
    {
        this.points = points;
        line = new LineStyle { Width = 1, Rounded = true, Color = color };
        marker = new MarkerStyle { Shape = MarkerShape.FilledCircle, Size = 5, LineWidth = 1, FillColor = color, LineColor = color };
    }

    public float LineWidth { get => line.Width; set => line.Width = value; }

    public LinePattern LinePattern { get => line.Pattern; set => line.Pattern = value; }

    public MarkerShape MarkerShape { get => marker.Shape; set => marker.Shape = value; }

    public float MarkerSize { get => marker.Size; set => marker.Size = value; }

    public float MarkerLineWidth { get => marker.LineWidth; set => marker.LineWidth = value; }

    AxisLimits IPlottable.GetAxisLimits() => AxisLimits.Of(points);

    void IPlottable.Render(RenderPack pack)
    {
        var pixels = pack.GetPixels(points);
        pack.Canvas.Lines(pixels, line);
        if (MarkerSize > 0)
        {
            Array.ForEach(pixels, pixel => marker.Render(pack.Canvas, pixel));
        }
    }
}
