using ScottPlot.Panels;
using ScottPlot.Plottables;

namespace ScottPlot;

public class PlottableAdder
{
    // The real package's default palette (Category 10).
    private static readonly Color[] Palette =
    [
        Color.FromHex("#1f77b4"), Color.FromHex("#ff7f0e"), Color.FromHex("#2ca02c"), Color.FromHex("#d62728"), Color.FromHex("#9467bd"),
        Color.FromHex("#8c564b"), Color.FromHex("#e377c2"), Color.FromHex("#7f7f7f"), Color.FromHex("#bcbd22"), Color.FromHex("#17becf"),
    ];

    private readonly Plot plot;
    private int nextColor;

    internal PlottableAdder(Plot plot) => this.plot = plot;

    public BarPlot Bars(List<Bar> bars) => Add(new BarPlot(bars));

    public ColorBar ColorBar(IHasColorAxis source, Edge edge = Edge.Right)
    {
        if (edge != Edge.Right)
        {
            throw new NotSupportedException($"A color bar at the edge '{edge}' needs the real ScottPlot package; this stand-in draws it at the right.");
        }

        var bar = new ColorBar(source);
        plot.Axes.Panels.Add(bar);
        return bar;
    }

    public FillY FillY(double[] xs, double[] ys1, double[] ys2)
    {
        var upper = xs.Zip(ys1, (x, y) => new Coordinates(x, y));
        var lower = xs.Zip(ys2, (x, y) => new Coordinates(x, y)).Reverse();
        return Add(new FillY([.. upper, .. lower]) { FillColor = NextColor() });
    }

    public Heatmap Heatmap(double[,] intensities) => Add(new Heatmap(intensities));

    public IPlottable Plottable(IPlottable plottable) => Add(plottable);

    public Scatter Scatter(double[] xs, double[] ys, Color? color = null)
    {
        if (xs.Length != ys.Length)
        {
            throw new ArgumentException($"xs has {xs.Length} values and ys has {ys.Length}; they must be equally many.");
        }

        return Add(new Scatter([.. xs.Zip(ys, (x, y) => new Coordinates(x, y))], color ?? NextColor()));
    }

    public Scatter ScatterLine(double[] xs, double[] ys, Color? color = null)
    {
        var scatter = Scatter(xs, ys, color);
        scatter.MarkerSize = 0;
        return scatter;
    }

    public Scatter ScatterPoints(double[] xs, double[] ys, Color? color = null)
    {
        var scatter = Scatter(xs, ys, color);
        scatter.LineWidth = 0;
        return scatter;
    }

    public Text Text(string text, double x, double y) => Add(new Text(text, new Coordinates(x, y)));

    private T Add<T>(T plottable)
        where T : IPlottable
    {
        plot.PlottableList.Add(plottable);
        return plottable;
    }

    private Color NextColor() => Palette[nextColor++ % Palette.Length];
}
