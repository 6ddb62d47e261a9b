namespace ScottPlot;

public static class Colors
{
    internal static readonly Color Black = new(0, 0, 0);
    internal static readonly Color Gray = new(128, 128, 128);
    public static readonly Color Transparent = new(255, 255, 255, 0);
    public static readonly Color White = new(255, 255, 255);
}
