namespace ScottPlot;

public class LineStyle
{
    public float Width { get; set; } = 0;

    public Color Color { get; set; } = Colors.Black;

    public LinePattern Pattern { get; set; } = LinePattern.Solid;

    public bool IsVisible { get; set; } = true;

    internal bool Rounded { get; init; }
}
