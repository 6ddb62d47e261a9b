namespace Reproduction.Figures;

/// <summary>One value to draw, with the ends of its interval where there is one.</summary>
internal readonly record struct DataPoint(double X, double Value, double? Low = null, double? High = null);
