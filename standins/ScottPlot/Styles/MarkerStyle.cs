using ScottPlot.Native;

namespace ScottPlot;

/// <summary>The shape, size and colours of a marker.</summary>
internal sealed class MarkerStyle
{
    public MarkerShape Shape { get; set; }

    public float Size { get; set; }

    public Color FillColor { get; set; } = Colors.Transparent;

    public Color LineColor { get => LineStyle.Color; set => LineStyle.Color = value; }

    public float LineWidth { get => LineStyle.Width; set => LineStyle.Width = value; }

    private LineStyle LineStyle { get; } = new() { Width = 1 };

    // Filled shapes show only their fill; open shapes only their line, as in the real package.
    public void Render(Canvas canvas, Pixel center)
    {
        var half = Size / 2;
        switch (Shape)
        {
            case MarkerShape.None:
                break;
            case MarkerShape.FilledCircle:
                canvas.FillCircle(center, half, FillColor);
                break;
            case MarkerShape.OpenCircle:
                canvas.OutlineCircle(center, half, LineStyle);
                break;
            case MarkerShape.Eks:
                canvas.Segments(
                    [At(-half, -half), At(half, half), At(-half, half), At(half, -half)], LineStyle);
                break;
            case MarkerShape.Cross:
                canvas.Segments([At(-half, 0), At(half, 0), At(0, -half), At(0, half)], LineStyle);
                break;
            case MarkerShape.FilledSquare or MarkerShape.FilledDiamond or MarkerShape.FilledTriangleUp or MarkerShape.FilledTriangleDown:
                canvas.FillPolygon(Outline(), FillColor);
                break;
            default:
                canvas.OutlinePolygon(Outline(), LineStyle);
                break;
        }

        Pixel At(float x, float y) => new(center.X + x, center.Y + y);

        Pixel[] Outline() => Shape switch
        {
            MarkerShape.FilledSquare or MarkerShape.OpenSquare => [At(-half, -half), At(half, -half), At(half, half), At(-half, half)],
            MarkerShape.FilledDiamond or MarkerShape.OpenDiamond => [At(0, -half), At(half, 0), At(0, half), At(-half, 0)],
            MarkerShape.FilledTriangleUp or MarkerShape.OpenTriangleUp => [At(0, -half), At(half, half * 0.73f), At(-half, half * 0.73f)],
            _ => [At(0, half), At(half, -half * 0.73f), At(-half, -half * 0.73f)],
        };
    }
}
