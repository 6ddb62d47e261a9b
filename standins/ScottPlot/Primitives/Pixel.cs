namespace ScottPlot;

internal readonly record struct Pixel(float X, float Y);
