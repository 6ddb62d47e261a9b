using ScottPlot;
using SkiaSharp;

namespace Reproduction.Figures.Charts;

/// <summary>
/// A marker without the dashes of the line before it. ScottPlot fills markers with the line's paint, dashes included: nobody
/// sees that, but Skia's SVG writer reports each such marker on standard error.
/// </summary>
/// <param name="shape">The marker's shape.</param>
internal sealed class SolidMarker(MarkerShape shape) : IMarker
{
    public void Render(SKCanvas canvas, Paint paint, Pixel center, float size, MarkerStyle markerStyle)
    {
        paint.SKPathEffect = LinePattern.Solid.GetPathEffect();
        shape.GetMarker().Render(canvas, paint, center, size, markerStyle);
    }
}
