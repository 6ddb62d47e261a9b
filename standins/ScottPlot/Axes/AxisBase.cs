using ScottPlot.Native;
using ScottPlot.Rendering;
using ScottPlot.TickGenerators;

namespace ScottPlot;

/// <summary>What the horizontal and the vertical axes share: styles, range, ticks.</summary>
internal abstract class AxisBase(Edge edge) : IAxis, IPanel
{
    protected static readonly PixelPadding EmptyLabelPadding = new(10, 5);
    protected static readonly PixelPadding BetweenTickAndAxisLabels = new(5, 3);
    protected static readonly PixelPadding OutsideAxisLabel = new(2, 2);

    public Edge Edge { get; } = edge;

    public AxisRange Range { get; } = new();

    public ITickGenerator TickGenerator { get; set; } =
        edge is Edge.Left or Edge.Bottom ? new NumericAutomatic() : new EmptyTicks();

    public LabelStyle Label { get; } = new() { FontSize = 16, Bold = true };

    public LabelStyle TickLabelStyle { get; set; } = new() { Alignment = Alignment.MiddleCenter };

    public TickMarkStyle MajorTickStyle { get; set; } = new() { Length = 4 };

    public TickMarkStyle MinorTickStyle { get; set; } = new() { Length = 2 };

    public LineStyle FrameLineStyle { get; } = new() { Width = 1 };

    public abstract float GetPixel(double position, PixelRect data);

    public abstract float Measure(Canvas canvas);

    public abstract void Render(RenderPack pack, float size, float offset);

    public void RegenerateTicks(Canvas canvas, float length) => TickGenerator.Regenerate(
        canvas, new CoordinateRange(Range.Min, Range.Max), Edge is Edge.Left or Edge.Right, length, TickLabelStyle);

    protected TickMarkStyle MarkStyle(Tick tick) => tick.IsMajor ? MajorTickStyle : MinorTickStyle;
}
