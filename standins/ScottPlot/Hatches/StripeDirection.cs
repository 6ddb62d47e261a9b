namespace ScottPlot.Hatches;

public enum StripeDirection
{
    DiagonalUp,
    DiagonalDown,
    Horizontal,
    Vertical,
}
