using ScottPlot.Native;

namespace ScottPlot;

public interface ITickGenerator
{
    Tick[] Ticks { get; set; }

    internal void Regenerate(Canvas canvas, CoordinateRange range, bool vertical, float length, LabelStyle style);
}
