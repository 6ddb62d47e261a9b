using ScottPlot.Native;
using ScottPlot.Rendering;

namespace ScottPlot.Panels;

/// <summary>The title above everything else.</summary>
internal sealed class TitlePanel : IPanel
{
    private const float VerticalPadding = 10;

    public LabelStyle Label { get; } = new() { FontSize = 16, Bold = true, Alignment = Alignment.LowerCenter };

    Edge IPanel.Edge => Edge.Top;

    float IPanel.Measure(Canvas canvas) =>
        Label.Text.Length == 0 ? 0 : Label.Measure(canvas, Label.Text).Height + VerticalPadding;

    void IPanel.Render(RenderPack pack, float size, float offset) =>
        Label.Render(pack.Canvas, new Pixel(pack.Data.Center.X, pack.Data.Top - offset));
}
