using ScottPlot.Native;

namespace ScottPlot.Hatches;

public class Striped(StripeDirection stripeDirection = StripeDirection.DiagonalUp) : IHatch
{
    private const float Period = 7.5f;
    private const float Thickness = 3;

    void IHatch.Render(Canvas canvas, PixelRect rect, Color color)
    {
        // Stripes lie on a grid of the whole figure, so that those of neighbouring bars are aligned.
        var reach = (float)Math.Ceiling((Math.Abs(rect.Left) + Math.Abs(rect.Right) + Math.Abs(rect.Bottom) + Math.Abs(rect.Top)) / Period) * Period;
        var angle = stripeDirection switch
        {
            StripeDirection.DiagonalUp => -45,
            StripeDirection.DiagonalDown => 45,
            StripeDirection.Horizontal => 0,
            _ => 90,
        };
        var (sin, cos) = Math.SinCos(angle * Math.PI / 180);
        double[] across =
        [
            Across(rect.Left, rect.Top), Across(rect.Right, rect.Top), Across(rect.Left, rect.Bottom), Across(rect.Right, rect.Bottom),
        ];
        List<Pixel> ends = [];
        for (var v = Math.Floor(across.Min() / Period) * Period; v <= across.Max() + Period; v += Period)
        {
            ends.Add(At(-reach, v));
            ends.Add(At(reach, v));
        }

        canvas.Segments(ends.ToArray(), new LineStyle { Width = Thickness, Color = color });

        double Across(float x, float y) => (-sin * x) + (cos * y);

        Pixel At(double along, double v) => new((float)((cos * along) - (sin * v)), (float)((sin * along) + (cos * v)));
    }
}
