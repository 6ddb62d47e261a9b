using ScottPlot.Rendering;

namespace ScottPlot.Plottables;

public class ErrorBar(
    IReadOnlyList<double> xs,
    IReadOnlyList<double> ys,
    IReadOnlyList<double>? xErrorsPositive,
    IReadOnlyList<double>? xErrorsNegative,
    IReadOnlyList<double>? yErrorsPositive,
    IReadOnlyList<double>? yErrorsNegative) : IPlottable
{
    private readonly LineStyle line = new() { Width = 1 };

    public float LineWidth { get => line.Width; set => line.Width = value; }

    public float CapSize { get; set; } = 3;

    public Color Color { get => line.Color; set => line.Color = value; }

    AxisLimits IPlottable.GetAxisLimits() => AxisLimits.Of(Enumerable.Range(0, xs.Count).SelectMany<int, Coordinates>(i =>
    [
        new(xs[i] - At(xErrorsNegative, i), ys[i] - At(yErrorsNegative, i)),
        new(xs[i] + At(xErrorsPositive, i), ys[i] + At(yErrorsPositive, i)),
    ]));

    void IPlottable.Render(RenderPack pack)
    {
        List<Pixel> ends = [];
        for (var i = 0; i < xs.Count; i++)
        {
            if (At(yErrorsPositive, i) != 0 || At(yErrorsNegative, i) != 0)
            {
                var low = pack.GetPixel(new Coordinates(xs[i], ys[i] - At(yErrorsNegative, i)));
                var high = pack.GetPixel(new Coordinates(xs[i], ys[i] + At(yErrorsPositive, i)));
                ends.AddRange([low, high, Cap(low, -1, 0), Cap(low, 1, 0), Cap(high, -1, 0), Cap(high, 1, 0)]);
            }

            if (At(xErrorsPositive, i) != 0 || At(xErrorsNegative, i) != 0)
            {
                var low = pack.GetPixel(new Coordinates(xs[i] - At(xErrorsNegative, i), ys[i]));
                var high = pack.GetPixel(new Coordinates(xs[i] + At(xErrorsPositive, i), ys[i]));
                ends.AddRange([low, high, Cap(low, 0, -1), Cap(low, 0, 1), Cap(high, 0, -1), Cap(high, 0, 1)]);
            }
        }

        pack.Canvas.Segments(ends.ToArray(), line);
    }

    private Pixel Cap(Pixel end, int x, int y) => new(end.X + (x * CapSize), end.Y + (y * CapSize));

    private static double At(IReadOnlyList<double>? errors, int i) => errors?[i] ?? 0;
}
