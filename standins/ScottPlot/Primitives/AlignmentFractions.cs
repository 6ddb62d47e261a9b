namespace ScottPlot;

internal static class AlignmentFractions
{
    /// <summary>0 left, 0.5 centre, 1 right.</summary>
    public static float HorizontalFraction(this Alignment alignment) => alignment switch
    {
        Alignment.UpperLeft or Alignment.MiddleLeft or Alignment.LowerLeft => 0,
        Alignment.UpperRight or Alignment.MiddleRight or Alignment.LowerRight => 1,
        _ => 0.5f,
    };

    /// <summary>0 bottom, 0.5 middle, 1 top.</summary>
    public static float VerticalFraction(this Alignment alignment) => alignment switch
    {
        Alignment.LowerLeft or Alignment.LowerCenter or Alignment.LowerRight => 0,
        Alignment.UpperLeft or Alignment.UpperCenter or Alignment.UpperRight => 1,
        _ => 0.5f,
    };
}
