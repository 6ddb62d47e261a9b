namespace ScottPlot;

public readonly struct Range(double min, double max)
{
    internal double Min { get; } = min;

    internal double Max { get; } = max;
}
