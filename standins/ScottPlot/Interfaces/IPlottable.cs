using ScottPlot.Rendering;

namespace ScottPlot;

public interface IPlottable
{
    internal AxisLimits GetAxisLimits();

    internal void Render(RenderPack pack);
}
