using ScottPlot.Rendering;

namespace ScottPlot.Plottables;

public class BarPlot : IPlottable
{
    private readonly List<Bar> bars;

    internal BarPlot(List<Bar> bars) => this.bars = bars;

    AxisLimits IPlottable.GetAxisLimits() =>
        bars.Aggregate(AxisLimits.None, (limits, bar) => limits.Union(bar.GetAxisLimits()));

    void IPlottable.Render(RenderPack pack) => bars.ForEach(bar => bar.Render(pack));
}
