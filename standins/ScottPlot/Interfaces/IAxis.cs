using ScottPlot.Native;

namespace ScottPlot;

public interface IAxis
{
    ITickGenerator TickGenerator { get; set; }

    LabelStyle Label { get; }

    TickMarkStyle MajorTickStyle { get; set; }

    TickMarkStyle MinorTickStyle { get; set; }

    LabelStyle TickLabelStyle { get; set; }

    LineStyle FrameLineStyle { get; }

    internal AxisRange Range { get; }

    internal float GetPixel(double position, PixelRect data);

    internal void RegenerateTicks(Canvas canvas, float length);
}
