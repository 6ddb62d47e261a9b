namespace Reproduction.Figures;

/// <summary>One value to draw, with the ends of its interval where there is one. A value that cannot be drawn is NaN.</summary>
internal readonly record struct DataPoint(double X, double Value, double? Low = null, double? High = null)
{
    /// <summary>Whether there is a place to mark but no value to draw there.</summary>
    public bool IsMissing => !double.IsFinite(Value);
}
