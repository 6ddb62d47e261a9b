using ScottPlot.Rendering;

namespace ScottPlot.Plottables;

public class BarPlot : IPlottable
{
    internal BarPlot(List<Bar> bars) => Bars = bars;

    public List<Bar> Bars { get; }

    public string LegendText { get; set; } = string.Empty;

    IEnumerable<LegendItem> IPlottable.LegendItems =>
        Bars.Count == 0 ? [] : [new LegendItem { LabelText = LegendText, FillColor = Bars[0].FillColor }];

    AxisLimits IPlottable.GetAxisLimits() =>
        Bars.Aggregate(AxisLimits.None, (limits, bar) => limits.Union(bar.GetAxisLimits()));

    void IPlottable.Render(RenderPack pack) => Bars.ForEach(bar => bar.Render(pack));
}
