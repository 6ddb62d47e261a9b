using ScottPlot.Rendering;

namespace ScottPlot.Plottables;

public class HorizontalLine : IPlottable
{
    private readonly double y;
    private readonly LineStyle line;

    internal HorizontalLine(double y, LineStyle line)
    {
        this.y = y;
        this.line = line;
    }

    IEnumerable<LegendItem> IPlottable.LegendItems => [];

    AxisLimits IPlottable.GetAxisLimits() => new(double.NaN, double.NaN, y, y);

    void IPlottable.Render(RenderPack pack)
    {
        var at = pack.YAxis.GetPixel(y, pack.Data);
        pack.Canvas.Line(new Pixel(pack.Data.Left, at), new Pixel(pack.Data.Right, at), line);
    }
}
