using ScottPlot.Panels;

namespace ScottPlot;

public class AxisManager
{
    // The default margins of the real package: a tenth of the span in x and 0.15 of it in y, half at each side.
    private const double MarginX = 0.05;
    private const double MarginY = 0.075;

    private readonly Plot plot;
    private readonly XAxis bottom = new(Edge.Bottom);
    private readonly YAxis left = new(Edge.Left);
    private readonly XAxis top = new(Edge.Top);
    private readonly YAxis right = new(Edge.Right);

    internal AxisManager(Plot plot)
    {
        this.plot = plot;
        DefaultGrid = new Grids.DefaultGrid(Bottom, Left);
    }

    public IXAxis Bottom => bottom;

    public IYAxis Left => left;

    public IXAxis Top => top;

    public IYAxis Right => right;

    internal TitlePanel Title { get; } = new();

    internal Grids.DefaultGrid DefaultGrid { get; }

    internal List<IPanel> Panels { get; } = [];

    internal IEnumerable<IPanel> GetPanels() => [bottom, top, left, right, .. Panels, Title];

    public void SetLimits(double left, double right, double bottom, double top)
    {
        SetLimitsX(left, right);
        SetLimitsY(bottom, top);
    }

    public void SetLimitsX(double left, double right) => Bottom.Range.Set(left, right);

    public void SetLimitsY(double bottom, double top) => Left.Range.Set(bottom, top);

    /// <summary>Fits the axes that nobody has set to the data.</summary>
    internal void AutoScaleUnset()
    {
        var data = plot.PlottableList.Aggregate(AxisLimits.None, (limits, plottable) => limits.Union(plottable.GetAxisLimits()));
        if (!Bottom.Range.HasBeenSet)
        {
            Bottom.Range.SetToData(data.Left, data.Right, MarginX);
        }

        if (!Left.Range.HasBeenSet)
        {
            Left.Range.SetToData(data.Bottom, data.Top, MarginY);
        }

        // The upper and right axes carry neither ticks nor data; their range only has to have an area.
        Top.Range.Set(Bottom.Range.Min, Bottom.Range.Max);
        Right.Range.Set(Left.Range.Min, Left.Range.Max);
    }
}
