using ScottPlot.Rendering;

namespace ScottPlot.Plottables;

public class FillY : IPlottable
{
    private readonly Coordinates[] outline;
    private readonly FillStyle fill = new();
    private readonly LineStyle line = new() { Width = 0 };

    internal FillY(Coordinates[] outline) => this.outline = outline;

    public Color FillColor { get => fill.Color; set => fill.Color = value; }

    public float LineWidth { get => line.Width; set => line.Width = value; }

    AxisLimits IPlottable.GetAxisLimits() => AxisLimits.Of(outline);

    void IPlottable.Render(RenderPack pack)
    {
        var pixels = pack.GetPixels(outline);
        pack.Canvas.FillPolygon(pixels, fill.Color);
        pack.Canvas.OutlinePolygon(pixels, line);
    }
}
