namespace ScottPlot;

public class TickMarkStyle
{
    internal TickMarkStyle()
    {
    }

    public float Length { get; set; }

    public Color Color { get => Line.Color; set => Line.Color = value; }

    internal LineStyle Line { get; } = new() { Width = 1 };
}
