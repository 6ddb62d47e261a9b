using ScottPlot.Native;

namespace ScottPlot.Grids;

public class DefaultGrid
{
    private readonly IXAxis xAxis;
    private readonly IYAxis yAxis;

    internal DefaultGrid(IXAxis xAxis, IYAxis yAxis)
    {
        this.xAxis = xAxis;
        this.yAxis = yAxis;
    }

    public bool IsVisible { get; set; } = true;

    public GridStyle XAxisStyle { get; set; } = new();

    public GridStyle YAxisStyle { get; set; } = new();

    internal void Render(Canvas canvas, PixelRect data)
    {
        if (IsVisible)
        {
            XAxisStyle.Render(canvas, data, xAxis);
            YAxisStyle.Render(canvas, data, yAxis);
        }
    }
}
