using ScottPlot.Rendering;

namespace ScottPlot;

public class Bar
{
    private readonly FillStyle fill = new() { Color = Colors.Gray };
    private readonly LineStyle line = new() { Width = 1 };

    public double Position { get; set; }

    public double Value { get; set; }

    public double ValueBase { get; set; } = 0;

    public double Size { get; set; } = 0.8;

    public Color FillColor { get => fill.Color; set => fill.Color = value; }

    public Color FillHatchColor { get => fill.HatchColor; set => fill.HatchColor = value; }

    public IHatch? FillHatch { get => fill.Hatch; set => fill.Hatch = value; }

    public float LineWidth { get => line.Width; set => line.Width = value; }

    public Color LineColor { get => line.Color; set => line.Color = value; }

    internal AxisLimits GetAxisLimits() =>
        new(Position - (Size / 2), Position + (Size / 2), Math.Min(ValueBase, Value), Math.Max(ValueBase, Value));

    internal void Render(RenderPack pack)
    {
        var rect = pack.GetPixelRect(
            new Coordinates(Position - (Size / 2), ValueBase), new Coordinates(Position + (Size / 2), Value));
        pack.Canvas.Fill(rect, fill);
        pack.Canvas.Outline(rect, line);
    }
}
