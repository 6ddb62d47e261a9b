namespace ScottPlot;

/// <summary>A colour, and stripes of another one on it.</summary>
internal sealed class FillStyle
{
    public Color Color { get; set; } = Colors.Transparent;

    public Color HatchColor { get; set; } = Colors.Gray;

    public IHatch? Hatch { get; set; }
}
