using ScottPlot.Rendering;

namespace ScottPlot;

public interface IPlottable
{
    internal IEnumerable<LegendItem> LegendItems { get; }

    internal AxisLimits GetAxisLimits();

    internal void Render(RenderPack pack);
}
