namespace ScottPlot;

public interface IHasColorAxis
{
    internal Range GetRange();
}
