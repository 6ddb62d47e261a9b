using ScottPlot;
using ScottPlot.Hatches;

namespace Reproduction.Figures.Charts;

/// <summary>The stripes on bars, inside their outlines. The bars themselves are another plottable, added before.</summary>
/// <param name="bars">The bars.</param>
/// <param name="direction">The direction of the stripes.</param>
/// <param name="color">Their colour.</param>
internal sealed class StripedBars(IReadOnlyList<Bar> bars, StripeDirection direction, Color color) : IPlottable
{
    public bool IsVisible { get; set; } = true;

    public IAxes Axes { get; set; } = new Axes();

    public IEnumerable<LegendItem> LegendItems => [];

    public AxisLimits GetAxisLimits() => AxisLimits.NoLimits;

    public void Render(RenderPack rp)
    {
        foreach (var bar in bars)
        {
            var rect = Axes.GetPixelRect(bar.Rect);
            if (rect.Width > bar.LineWidth && rect.Height > bar.LineWidth)
            {
                Stripes.Draw(rp.Canvas, rp.Paint, rect.Contract(bar.LineWidth / 2), direction, color);
            }
        }
    }
}
