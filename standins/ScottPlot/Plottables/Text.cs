using ScottPlot.Rendering;

namespace ScottPlot.Plottables;

public class Text : IPlottable
{
    private readonly Coordinates location;

    internal Text(string text, Coordinates location)
    {
        LabelStyle.Text = text;
        this.location = location;
    }

    public LabelStyle LabelStyle { get; set; } = new() { FontSize = 14 };

    public float LabelFontSize { get => LabelStyle.FontSize; set => LabelStyle.FontSize = value; }

    public Color LabelFontColor { get => LabelStyle.ForeColor; set => LabelStyle.ForeColor = value; }

    public Alignment LabelAlignment { get => LabelStyle.Alignment; set => LabelStyle.Alignment = value; }

    public float OffsetX { get; set; }

    public float OffsetY { get; set; }

    IEnumerable<LegendItem> IPlottable.LegendItems => [];

    AxisLimits IPlottable.GetAxisLimits() => AxisLimits.Of([location]);

    void IPlottable.Render(RenderPack pack)
    {
        var at = pack.GetPixel(location);
        LabelStyle.Render(pack.Canvas, new Pixel(at.X + OffsetX, at.Y + OffsetY));
    }
}
