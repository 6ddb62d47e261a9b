using ScottPlot.Native;
using ScottPlot.Rendering;

namespace ScottPlot;

/// <summary>The axis below or above the data.</summary>
internal sealed class XAxis(Edge edge) : AxisBase(edge), IXAxis
{
    private const float LabelDistance = 2;

    public override float GetPixel(double position, PixelRect data) =>
        data.Left + (float)((position - Range.Min) / (Range.Max - Range.Min) * data.Width);

    public override float Measure(Canvas canvas)
    {
        var tickLabels = TickGenerator.Ticks
            .Select(tick => TickLabelStyle.Measure(canvas, tick.Label).Height).DefaultIfEmpty(0).Max();
        var label = Label.Text.Length == 0
            ? EmptyLabelPadding.Vertical
            : Label.Measure(canvas, Label.Text).Height + BetweenTickAndAxisLabels.Vertical + OutsideAxisLabel.Vertical;
        return MajorTickStyle.Length + tickLabels + label;
    }

    public override void Render(RenderPack pack, float size, float offset)
    {
        var data = pack.Data;
        var below = Edge == Edge.Bottom;
        var outward = below ? 1 : -1;
        var edge = below ? data.Bottom + offset : data.Top - offset;
        Label.Alignment = below ? Alignment.LowerCenter : Alignment.UpperCenter;
        Label.Render(pack.Canvas, new Pixel(data.Center.X, edge + (outward * (size - OutsideAxisLabel.Vertical))));
        TickLabelStyle.Alignment = below ? Alignment.UpperCenter : Alignment.LowerCenter;
        foreach (var tick in TickGenerator.Ticks)
        {
            var mark = MarkStyle(tick);
            var x = GetPixel(tick.Position, data);
            pack.Canvas.Line(new Pixel(x, edge), new Pixel(x, edge + (outward * mark.Length)), mark.Line);
            TickLabelStyle.Render(pack.Canvas, new Pixel(x, edge + (outward * (mark.Length + LabelDistance))), tick.Label);
        }

        pack.Canvas.Line(new Pixel(data.Left, edge), new Pixel(data.Right, edge), FrameLineStyle);
    }
}
