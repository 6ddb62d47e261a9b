namespace ScottPlot;

internal readonly record struct CoordinateRange(double Min, double Max)
{
    public double Length => Max - Min;

    public bool Contains(double position) => position >= Min && position <= Max;
}
