namespace ScottPlot;

internal readonly record struct Coordinates(double X, double Y);
