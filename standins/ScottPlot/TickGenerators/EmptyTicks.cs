using ScottPlot.Native;

namespace ScottPlot.TickGenerators;

/// <summary>The ticks of the upper and the right axis: none.</summary>
internal sealed class EmptyTicks : ITickGenerator
{
    public Tick[] Ticks { get; set; } = [];

    void ITickGenerator.Regenerate(Canvas canvas, CoordinateRange range, bool vertical, float length, LabelStyle style) => Ticks = [];
}
