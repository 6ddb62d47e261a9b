using ScottPlot.Native;
using ScottPlot.Rendering;

namespace ScottPlot.Panels;

public class LegendPanel : IPanel
{
    private readonly Legend legend;
    private readonly Edge edge;

    internal LegendPanel(Legend legend, Edge edge)
    {
        this.legend = legend;
        this.edge = edge;
    }

    public PixelPadding Padding { get; set; } = new(20, 20);

    private bool Vertical => edge is Edge.Left or Edge.Right;

    Edge IPanel.Edge => edge;

    // As in the real package, the first render assumes that nothing wraps and the next ones know what did.
    float IPanel.Measure(Canvas canvas)
    {
        var (width, height) = legend.LastSize ?? legend.Measure(canvas, float.PositiveInfinity, float.PositiveInfinity);
        return Vertical ? width + Padding.Horizontal : height + Padding.Vertical;
    }

    void IPanel.Render(RenderPack pack, float size, float offset)
    {
        var data = pack.Data;
        var rect = edge switch
        {
            Edge.Left => new PixelRect(data.Left - size - offset, data.Left - offset, data.Bottom, data.Top),
            Edge.Right => new PixelRect(data.Right + offset, data.Right + size + offset, data.Bottom, data.Top),
            Edge.Bottom => new PixelRect(data.Left, data.Right, data.Bottom + size + offset, data.Bottom + offset),
            _ => new PixelRect(data.Left, data.Right, data.Top - offset, data.Top - size - offset),
        };
        legend.Render(pack.Canvas, rect, Alignment.MiddleCenter);
    }
}
