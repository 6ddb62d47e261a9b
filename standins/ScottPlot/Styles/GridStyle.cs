using ScottPlot.Native;

namespace ScottPlot;

public class GridStyle
{
    internal GridStyle()
    {
    }

    public bool IsVisible { get; set; } = true;

    public LineStyle MajorLineStyle { get; set; } = new() { Width = 1, Color = Colors.Black.WithAlpha(.1) };

    internal void Render(Canvas canvas, PixelRect data, IAxis axis)
    {
        if (!IsVisible)
        {
            return;
        }

        var ends = axis.TickGenerator.Ticks
            .Where(tick => tick.IsMajor)
            .Select(tick => axis.GetPixel(tick.Position, data))
            .SelectMany(px => axis is IXAxis
                ? new Pixel[] { new(px, data.Bottom), new(px, data.Top) }
                : [new(data.Left, px), new(data.Right, px)])
            .ToArray();
        canvas.Segments(ends, MajorLineStyle);
    }
}
