using System.Globalization;
using ScottPlot;

namespace Reproduction.Figures.Charts;

/// <summary>A coloured cell for each row and column, with its value written in it.</summary>
/// <param name="Rows">The rows' labels from top to bottom.</param>
/// <param name="Columns">The columns' labels from left to right.</param>
/// <param name="ColorLabel">What the colours mean, with the unit.</param>
internal sealed record HeatMapChart(IReadOnlyList<string> Rows, IReadOnlyList<string> Columns, string ColorLabel)
{
    private const float ValueSize = 14;
    private const double LightCell = 0.6;
    private const int LabelWidth = 14;

    /// <summary>Draws the values; a cell without a value is NaN.</summary>
    /// <param name="plot">An empty plot.</param>
    /// <param name="values">The values, [rows, columns].</param>
    public void Draw(Plot plot, double[,] values)
    {
        ChartTheme.Apply(plot, "", "", verticalGrid: false);
        plot.Grid.IsVisible = false;
        plot.Axes.Bottom.TickGenerator = AxisTicks.Named(Columns.Select(Wrap));
        plot.Axes.Left.TickGenerator = AxisTicks.Named(Rows.Reverse().Select(Wrap));
        plot.Axes.SetLimits(-0.5, Columns.Count - 0.5, -0.5, Rows.Count - 0.5);
        foreach (var axis in (IAxis[])[plot.Axes.Bottom, plot.Axes.Left])
        {
            axis.MajorTickStyle.Length = 0;
            axis.FrameLineStyle.Width = 0;
        }

        plot.Axes.Left.TickLabelStyle.OffsetX = 0;

        var numbers = values.Cast<double>().Where(double.IsFinite).ToList();
        var (min, max) = (numbers.Min(), numbers.Max());

        // A single value, or equal ones, still need a range of colours to lie in.
        var pad = max > min ? 0 : Math.Max(Math.Abs(max), 1) / 2;
        (min, max) = (min - pad, max + pad);
        var scale = new ColorScale(min, max);
        var bar = plot.Add.ColorBar(scale);
        bar.Width = 16;
        bar.Label = ColorLabel;
        bar.Axis.TickGenerator = AxisTicks.Linear(min, max);
        ChartTheme.Quiet(bar.Axis);
        bar.Axis.TickLabelStyle.OffsetX = -ChartTheme.TickLabelShift;
        for (var row = 0; row < Rows.Count; row++)
        {
            for (var column = 0; column < Columns.Count; column++)
            {
                var value = values[row, column];
                var y = Rows.Count - 1 - row;
                if (double.IsFinite(value))
                {
                    AddCell(plot, column, y, scale.ColorOf(value));
                }

                var text = plot.Add.Text(Written(value, max), column, y);
                text.LabelFontSize = ValueSize;
                text.LabelAlignment = Alignment.MiddleCenter;
                text.LabelFontColor = scale.ShareOf(value) < LightCell ? Colors.White : ChartTheme.Ink;
            }
        }
    }

    // ScottPlot's heat map is an image of one pixel a cell, which viewers of SVG enlarge to one smooth gradient.
    private static void AddCell(Plot plot, double x, double y, Color color)
    {
        var cell = plot.Add.Rectangle(x - 0.5, x + 0.5, y - 0.5, y + 0.5);
        cell.FillColor = color;

        // The outline covers the seam between neighbours.
        cell.LineColor = color;
        cell.LineWidth = 1;
    }

    private static string Written(double value, double largest) =>
        !double.IsFinite(value) ? "–" : value.ToString(Math.Abs(largest) < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    // Long labels go on in the next line, at a space.
    private static string Wrap(string label)
    {
        var lines = new List<string>();
        foreach (var word in label.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (lines.Count > 0 && lines[^1].Length + 1 + word.Length <= LabelWidth)
            {
                lines[^1] += $" {word}";
            }
            else
            {
                lines.Add(word);
            }
        }

        return string.Join('\n', lines);
    }
}
