using ScottPlot;

namespace Reproduction.Figures.Charts;

/// <summary>
/// Matrices as boxes, in pixels from the upper left corner of the data area: what is trained in one strong colour, what is frozen in
/// grey.
/// </summary>
/// <param name="plot">An empty plot; its axes are hidden.</param>
internal sealed class MatrixDiagram(Plot plot)
{
    private const float LetterSize = 15;
    private const float BracketWidth = 1.6f;
    private const double BracketFoot = 5;
    private const int DiagonalCells = 8;
    private const int HeaderHeight = 66;

    private static readonly Color Trained = MethodStyle.Assign([new MethodKey("spectral-a", null)])[0].Style.Color;
    private static readonly Color Frozen = Color.FromHex("#EBEBEB");
    private static readonly Color FrozenTop = Color.FromHex("#C4C4C4");
    private static readonly Color Outline = Color.FromHex("#888888");

    /// <summary>Makes one unit one pixel, from the upper left corner below title and legend, and adds the legend.</summary>
    /// <param name="size">The size of the whole figure.</param>
    public void Begin(FigureSize size)
    {
        plot.HideAxesAndGrid();
        plot.Axes.Title.IsVisible = true;
        plot.Axes.SetLimits(0, size.Width, size.Height - HeaderHeight, 0);
        plot.Layout.Fixed(new PixelPadding(0, 0, 0, HeaderHeight));
        ChartTheme.Legend(plot, [Entry("trained", Trained), Entry("frozen", Frozen), Entry("frozen, top r singular columns", FrozenTop)]);
    }

    /// <summary>A matrix that is trained, with its letter.</summary>
    public void AddTrained(double x, double y, double width, double height, string letter)
    {
        Box(x, y, width, height, Trained);
        Write(letter, x + (width / 2), y + (height / 2), LetterSize, bold: true, Colors.White);
    }

    /// <summary>A matrix that is frozen, with its letter.</summary>
    public void AddFrozen(double x, double y, double width, double height, string letter)
    {
        Box(x, y, width, height, Frozen);
        Write(letter, x + (width / 2), y + (height / 2));
    }

    /// <summary>The top r columns of a frozen orthogonal matrix, with their letter.</summary>
    public void AddFrozenTop(double x, double y, double width, double height, string letter)
    {
        Box(x, y, width, height, FrozenTop);
        Write(letter, x + (width / 2), y + (height / 2));
    }

    /// <summary>The frozen diagonal matrix S; its largest values fill the first <paramref name="top"/> pixels of the diagonal.</summary>
    public void AddSingularValues(double x, double y, double size, double top)
    {
        Box(x, y, size, size, Colors.White);
        Box(x, y, top, top, FrozenTop);
        var step = (size - top) / DiagonalCells;
        for (var i = 0; i < DiagonalCells; i++)
        {
            Box(x + top + (i * step), y + top + (i * step), step, step, Frozen);
        }

        Write("S", x + (0.72 * size), y + (0.28 * size));
    }

    /// <summary>A pair of square brackets around a rectangle.</summary>
    public void AddBrackets(double x, double y, double width, double height)
    {
        foreach (var (edge, foot) in ((double, double)[])[(x, BracketFoot), (x + width, -BracketFoot)])
        {
            var line = plot.Add.ScatterLine(
                [edge + foot, edge, edge, edge + foot], (double[])[y, y, y + height, y + height], ChartTheme.Ink);
            line.LineWidth = BracketWidth;
        }
    }

    /// <summary>A sign or formula, centred on a point.</summary>
    public void Write(string formula, double x, double y, float size = LetterSize, bool bold = false) =>
        Write(formula, x, y, size, bold, ChartTheme.Ink);

    private void Write(string formula, double x, double y, float size, bool bold, Color color) =>
        plot.Add.Plottable(new FormulaLabel(formula, new Coordinates(x, y), size) { Color = color, Bold = bold });

    private void Box(double x, double y, double width, double height, Color fill)
    {
        var box = plot.Add.Rectangle(x, x + width, y + height, y);
        box.FillColor = fill;
        box.LineColor = Outline;
        box.LineWidth = ChartTheme.ThinLineWidth;
    }

    private static LegendItem Entry(string label, Color fill) => new()
    {
        LabelText = label,
        MarkerStyle = new MarkerStyle(MarkerShape.FilledSquare, ChartTheme.MarkerSize, fill)
        {
            OutlineColor = Outline,
            OutlineWidth = ChartTheme.ThinLineWidth,
            CustomRenderer = new BoxSymbol(null, fill),
        },
    };
}
