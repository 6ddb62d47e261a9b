using ScottPlot.Native;
using ScottPlot.Rendering;

namespace ScottPlot.Panels;

public class ColorBar : IPanel
{
    private const int Steps = 256;
    private readonly IHasColorAxis source;
    private readonly YAxis axis = new(Edge.Right) { TickGenerator = new TickGenerators.NumericAutomatic() };

    internal ColorBar(IHasColorAxis source) => this.source = source;

    public IAxis Axis => axis;

    public string Label { get => axis.Label.Text; set => axis.Label.Text = value; }

    public float Width { get; set; } = 30;

    Edge IPanel.Edge => Edge.Right;

    float IPanel.Measure(Canvas canvas)
    {
        const float guessedLength = 400;
        GenerateTicks(canvas, guessedLength);
        return Width + axis.Measure(canvas);
    }

    void IPanel.Render(RenderPack pack, float size, float offset)
    {
        var data = pack.Data;
        var left = data.Right + offset;
        for (var i = 0; i < Steps; i++)
        {
            // One step reaches under the next: no hairline of the background between them.
            var bottom = data.Bottom - (data.Height * i / Steps);
            var top = data.Bottom - (data.Height * Math.Min(Steps, i + 2) / Steps);
            pack.Canvas.Fill(new PixelRect(left, left + Width, bottom, top), Viridis.GetColor(i / (Steps - 1.0)));
        }

        GenerateTicks(pack.Canvas, data.Height);
        axis.Render(pack, size - Width, offset + Width);
    }

    private void GenerateTicks(Canvas canvas, float length)
    {
        var range = source.GetRange();
        axis.Range.Set(range.Min, range.Max);
        axis.RegenerateTicks(canvas, length);
    }
}
