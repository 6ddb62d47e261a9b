using ScottPlot.Rendering;

namespace ScottPlot.Plottables;

public class Heatmap : IPlottable, IHasColorAxis
{
    // Cells overlap by this much: no hairline of the background shows between them.
    private const float Overlap = 0.3f;
    private readonly double[,] intensities;

    internal Heatmap(double[,] intensities) => this.intensities = intensities;

    public Range? ManualRange { get; set; }

    private int Rows => intensities.GetLength(0);

    private int Columns => intensities.GetLength(1);

    // Row 0 is at the top; the cell of (row, column) is centred on (column, Rows - 1 - row).
    AxisLimits IPlottable.GetAxisLimits() => new(-0.5, Columns - 0.5, -0.5, Rows - 0.5);

    Range IHasColorAxis.GetRange()
    {
        if (ManualRange is { } range)
        {
            return range;
        }

        var numbers = intensities.Cast<double>().Where(double.IsFinite).ToArray();
        return new Range(numbers.Min(), numbers.Max());
    }

    void IPlottable.Render(RenderPack pack)
    {
        var range = ((IHasColorAxis)this).GetRange();
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                var value = intensities[row, column];
                if (double.IsNaN(value))
                {
                    continue;
                }

                var y = Rows - 1 - row;
                var cell = pack.GetPixelRect(new Coordinates(column - 0.5, y - 0.5), new Coordinates(column + 0.5, y + 0.5));
                var fraction = range.Max > range.Min ? (value - range.Min) / (range.Max - range.Min) : 0;
                pack.Canvas.Fill(cell with { Right = cell.Right + Overlap, Bottom = cell.Bottom + Overlap }, Viridis.GetColor(fraction));
            }
        }
    }
}
