namespace ScottPlot;

public class LineStyle
{
    internal LineStyle()
    {
    }

    public float Width { get; set; } = 0;

    public Color Color { get; set; } = Colors.Black;

    internal LinePattern Pattern { get; set; } = LinePattern.Solid;

    internal bool Rounded { get; init; }
}
