using ScottPlot;
using ScottPlot.Hatches;
using SkiaSharp;

namespace Reproduction.Figures.Charts;

/// <summary>
/// Stripes as shapes of their own. ScottPlot's hatches are shaders, which Skia's SVG writer leaves out.
/// </summary>
internal static class Stripes
{
    private const float Width = 3;
    private const float Period = 7.5f;

    /// <summary>Fills every other stripe of a rectangle; neighbouring rectangles continue each other's stripes.</summary>
    public static void Draw(SKCanvas canvas, Paint paint, PixelRect rect, StripeDirection direction, Color color)
    {
        var rotation = SKMatrix.CreateRotationDegrees(direction switch
        {
            StripeDirection.DiagonalUp => -45,
            StripeDirection.DiagonalDown => 45,
            StripeDirection.Vertical => 90,
            _ => 0,
        });
        var bounds = rotation.Invert().MapRect(rect.ToSKRect());
        using var stripes = new SKPath();
        for (var i = MathF.Floor(bounds.Top / Period); i * Period < bounds.Bottom; i++)
        {
            stripes.AddRect(new SKRect(bounds.Left, i * Period, bounds.Right, (i * Period) + Width));
        }

        stripes.Transform(rotation);
        using var frame = new SKPath();
        frame.AddRect(rect.ToSKRect());
        using var inside = stripes.Op(frame, SKPathOp.Intersect);
        paint.Color = color;
        paint.IsStroke = false;
        paint.IsAntialias = true;
        paint.SKShader = null;
        paint.SKPathEffect = LinePattern.Solid.GetPathEffect();
        canvas.DrawPath(inside, paint.SKPaint);
    }
}
