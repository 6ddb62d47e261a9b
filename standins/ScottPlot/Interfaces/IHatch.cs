using ScottPlot.Native;

namespace ScottPlot;

public interface IHatch
{
    internal void Render(Canvas canvas, PixelRect rect, Color color);
}
