namespace ScottPlot;

/// <summary>A legend's size, and where the symbol and the label of each item lie in it.</summary>
internal sealed record LegendLayout(float Width, float Height, IReadOnlyList<(PixelRect Symbol, PixelRect Label)> Places);
