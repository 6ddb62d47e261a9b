using ScottPlot.Native;
using ScottPlot.Rendering;

namespace ScottPlot;

/// <summary>The axis to the left or the right of the data.</summary>
internal sealed class YAxis(Edge edge) : AxisBase(edge), IYAxis
{
    private const float LabelDistance = 5;

    public override float GetPixel(double position, PixelRect data) =>
        data.Bottom - (float)((position - Range.Min) / (Range.Max - Range.Min) * data.Height);

    public override float Measure(Canvas canvas)
    {
        var tickLabels = TickGenerator.Ticks
            .Select(tick => TickLabelStyle.Measure(canvas, tick.Label).Width).DefaultIfEmpty(0).Max();
        var label = Label.Text.Length == 0
            ? EmptyLabelPadding.Horizontal
            : Label.Measure(canvas, Label.Text).Height + BetweenTickAndAxisLabels.Horizontal + OutsideAxisLabel.Horizontal;
        return tickLabels + label;
    }

    public override void Render(RenderPack pack, float size, float offset)
    {
        var data = pack.Data;
        var left = Edge == Edge.Left;
        var outward = left ? -1 : 1;
        var edge = left ? data.Left - offset : data.Right + offset;
        Label.Rotation = -90;
        Label.Alignment = left ? Alignment.UpperCenter : Alignment.LowerCenter;
        Label.Render(pack.Canvas, new Pixel(edge + (outward * (size - OutsideAxisLabel.Horizontal)), data.Center.Y));
        TickLabelStyle.Alignment = left ? Alignment.MiddleRight : Alignment.MiddleLeft;
        foreach (var tick in TickGenerator.Ticks)
        {
            var mark = MarkStyle(tick);
            var y = GetPixel(tick.Position, data);
            pack.Canvas.Line(new Pixel(edge, y), new Pixel(edge + (outward * mark.Length), y), mark.Line);
            TickLabelStyle.Render(pack.Canvas, new Pixel(edge + (outward * (mark.Length + LabelDistance)), y), tick.Label);
        }

        pack.Canvas.Line(new Pixel(edge, data.Bottom), new Pixel(edge, data.Top), FrameLineStyle);
    }
}
