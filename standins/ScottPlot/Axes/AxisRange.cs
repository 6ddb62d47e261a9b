namespace ScottPlot;

/// <summary>The limits of one axis; NaN until they are set.</summary>
internal sealed class AxisRange
{
    public double Min { get; private set; } = double.NaN;

    public double Max { get; private set; } = double.NaN;

    public bool HasBeenSet => !double.IsNaN(Min) && !double.IsNaN(Max);

    public void Set(double min, double max) => (Min, Max) = (min, max);

    /// <summary>Sets the limits to the data's, with a share of their span added at each side.</summary>
    public void SetToData(double min, double max, double margin)
    {
        if (double.IsNaN(min) || double.IsNaN(max))
        {
            Set(-10, 10);
            return;
        }

        if (min == max)
        {
            (min, max) = (min - 1, max + 1);
        }

        var pad = (max - min) * margin;
        Set(min - pad, max + pad);
    }
}
