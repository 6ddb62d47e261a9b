namespace ScottPlot;

internal readonly struct AxisLimits
{
    public double Left { get; }

    public double Right { get; }

    public double Bottom { get; }

    public double Top { get; }

    internal AxisLimits(double left, double right, double bottom, double top)
    {
        Left = left;
        Right = right;
        Bottom = bottom;
        Top = top;
    }

    /// <summary>The limits of nothing: any union with it is the other part.</summary>
    internal static AxisLimits None { get; } = new(double.NaN, double.NaN, double.NaN, double.NaN);

    internal AxisLimits Union(AxisLimits other) => new(
        Lower(Left, other.Left), Upper(Right, other.Right), Lower(Bottom, other.Bottom), Upper(Top, other.Top));

    internal static AxisLimits Of(IEnumerable<Coordinates> points) =>
        points.Aggregate(None, (limits, p) => limits.Union(new AxisLimits(p.X, p.X, p.Y, p.Y)));

    private static double Lower(double a, double b) => double.IsNaN(a) ? b : double.IsNaN(b) ? a : Math.Min(a, b);

    private static double Upper(double a, double b) => double.IsNaN(a) ? b : double.IsNaN(b) ? a : Math.Max(a, b);
}
