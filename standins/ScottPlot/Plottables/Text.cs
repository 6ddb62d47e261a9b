using ScottPlot.Rendering;

namespace ScottPlot.Plottables;

public class Text : IPlottable
{
    private readonly LabelStyle style = new() { FontSize = 14 };
    private readonly Coordinates location;

    internal Text(string text, Coordinates location)
    {
        style.Text = text;
        this.location = location;
    }

    public float LabelFontSize { get => style.FontSize; set => style.FontSize = value; }

    public Color LabelFontColor { get => style.ForeColor; set => style.ForeColor = value; }

    public Alignment LabelAlignment { get => style.Alignment; set => style.Alignment = value; }

    AxisLimits IPlottable.GetAxisLimits() => AxisLimits.Of([location]);

    void IPlottable.Render(RenderPack pack) => style.Render(pack.Canvas, pack.GetPixel(location));
}
