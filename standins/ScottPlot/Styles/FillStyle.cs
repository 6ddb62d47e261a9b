namespace ScottPlot;

public class FillStyle
{
    public Color Color { get; set; } = Colors.Transparent;

    public Color HatchColor { get; set; } = Colors.Gray;

    public IHatch? Hatch { get; set; } = null;

    public bool IsVisible { get; set; } = true;
}
