using ScottPlot.Native;

namespace ScottPlot.Rendering;

/// <summary>What a part of the figure needs to draw itself: the canvas, the data area and the axes it is drawn against.</summary>
internal sealed record RenderPack(Canvas Canvas, PixelRect Data, IXAxis XAxis, IYAxis YAxis)
{
    public Pixel GetPixel(Coordinates point) => new(XAxis.GetPixel(point.X, Data), YAxis.GetPixel(point.Y, Data));

    public Pixel[] GetPixels(IEnumerable<Coordinates> points) => [.. points.Select(GetPixel)];

    /// <summary>The rectangle between two opposite corners, whichever they are.</summary>
    public PixelRect GetPixelRect(Coordinates corner, Coordinates opposite)
    {
        var (a, b) = (GetPixel(corner), GetPixel(opposite));
        return new PixelRect(Math.Min(a.X, b.X), Math.Max(a.X, b.X), Math.Max(a.Y, b.Y), Math.Min(a.Y, b.Y));
    }
}
