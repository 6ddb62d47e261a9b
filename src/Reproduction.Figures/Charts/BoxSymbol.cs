using ScottPlot;
using ScottPlot.Hatches;
using SkiaSharp;

namespace Reproduction.Figures.Charts;

/// <summary>The symbol of bars in a legend: a box as high as the marker's size, in its colours, with the bars' stripes.</summary>
/// <param name="hatch">The direction of the stripes, or null for a plain box.</param>
/// <param name="hatchColor">The colour of the stripes.</param>
internal sealed class BoxSymbol(StripeDirection? hatch, Color hatchColor) : IMarker
{
    public void Render(SKCanvas canvas, Paint paint, Pixel center, float size, MarkerStyle markerStyle)
    {
        const float halfWidth = ChartTheme.SymbolWidth / 2;
        var halfLine = markerStyle.OutlineWidth / 2;
        var (left, top) = (center.X - halfWidth, center.Y - (size / 2));
        var box = new PixelRect(left, left + ChartTheme.SymbolWidth, top + size, top).Contract(halfLine);
        Drawing.FillRectangle(canvas, box, paint, markerStyle.FillStyle);
        if (hatch is { } direction)
        {
            Stripes.Draw(canvas, paint, box.Contract(halfLine), direction, hatchColor);
        }

        Drawing.DrawRectangle(canvas, box, paint, markerStyle.OutlineStyle);
    }
}
