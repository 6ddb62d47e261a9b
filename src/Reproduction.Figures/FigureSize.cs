namespace Reproduction.Figures;

/// <summary>A figure's size in the SVG's pixels: 720 of them fill a page column of 6 inches.</summary>
/// <param name="Width">The width.</param>
/// <param name="Height">The height.</param>
public readonly record struct FigureSize(int Width, int Height)
{
    /// <summary>The size of most figures: 6 by 3.5 inches.</summary>
    public static FigureSize Standard { get; } = new(720, 420);
}
