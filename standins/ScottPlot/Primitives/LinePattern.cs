namespace ScottPlot;

public readonly struct LinePattern
{
    private LinePattern(float[] intervals) => Intervals = intervals;

    public static LinePattern Solid { get; } = new([]);

    public static LinePattern Dashed { get; } = new([10, 10]);

    public static LinePattern DenselyDashed { get; } = new([6, 6]);

    public static LinePattern Dotted { get; } = new([3, 5]);

    internal float[] Intervals { get; }
}
