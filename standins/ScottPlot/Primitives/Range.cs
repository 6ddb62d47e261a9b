namespace ScottPlot;

public readonly struct Range(double min, double max)
{
    public double Min { get; } = min;

    public double Max { get; } = max;
}
