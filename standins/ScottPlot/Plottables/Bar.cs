using ScottPlot.Rendering;

namespace ScottPlot;

public class Bar
{
    public double Position { get; set; }

    public double Value { get; set; }

    public double ValueBase { get; set; } = 0;

    public double Size { get; set; } = 0.8;

    public FillStyle FillStyle { get; set; } = new() { Color = Colors.Gray, IsVisible = true };

    public Color FillColor { get => FillStyle.Color; set => FillStyle.Color = value; }

    public Color FillHatchColor { get => FillStyle.HatchColor; set => FillStyle.HatchColor = value; }

    public IHatch? FillHatch { get => FillStyle.Hatch; set => FillStyle.Hatch = value; }

    public LineStyle LineStyle { get; set; } = new() { Color = Colors.Black, Width = 1, IsVisible = true };

    public float LineWidth { get => LineStyle.Width; set => LineStyle.Width = value; }

    public Color LineColor { get => LineStyle.Color; set => LineStyle.Color = value; }

    internal AxisLimits GetAxisLimits() =>
        new(Position - (Size / 2), Position + (Size / 2), Math.Min(ValueBase, Value), Math.Max(ValueBase, Value));

    internal void Render(RenderPack pack)
    {
        var rect = pack.GetPixelRect(
            new Coordinates(Position - (Size / 2), ValueBase), new Coordinates(Position + (Size / 2), Value));
        pack.Canvas.Fill(rect, FillStyle);
        pack.Canvas.Outline(rect, LineStyle);
    }
}
