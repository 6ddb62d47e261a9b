using System.Text;
using ScottPlot.Grids;
using ScottPlot.Native;
using ScottPlot.Panels;
using ScottPlot.Rendering;

namespace ScottPlot;

public class Plot : IDisposable
{
    public Plot()
    {
        Axes = new AxisManager(this);
        Add = new PlottableAdder(this);
    }

    public PlottableAdder Add { get; }

    public AxisManager Axes { get; }

    public Legend Legend { get; set; } = new();

    public DefaultGrid Grid => Axes.DefaultGrid;

    public double ScaleFactor { get; set; } = 1;

    internal List<IPlottable> PlottableList { get; } = [];

    public void Dispose()
    {
        PlottableList.Clear();
        GC.SuppressFinalize(this);
    }

    public void Title(string text, float? size = null)
    {
        Axes.Title.Label.Text = text;
        Axes.Title.Label.FontSize = size ?? Axes.Title.Label.FontSize;
    }

    public void XLabel(string label, float? size = null)
    {
        Axes.Bottom.Label.Text = label;
        Axes.Bottom.Label.FontSize = size ?? Axes.Bottom.Label.FontSize;
    }

    public void YLabel(string label, float? size = null)
    {
        Axes.Left.Label.Text = label;
        Axes.Left.Label.FontSize = size ?? Axes.Left.Label.FontSize;
    }

    public LegendPanel ShowLegend(Edge edge)
    {
        Legend.Horizontal = edge is Edge.Top or Edge.Bottom;
        var panel = new LegendPanel(Legend, edge);
        Axes.Panels.Add(panel);
        return panel;
    }

    public void RenderInMemory(int width = 400, int height = 300)
    {
        ThrowIfNoArea(width, height);
        RenderTarget.InMemory(width, height, canvas => Render(canvas, width, height));
    }

    public byte[] GetImageBytes(int width, int height, ImageFormat format = ImageFormat.Bmp)
    {
        ThrowIfNoArea(width, height);
        if (format != ImageFormat.Png)
        {
            throw new NotSupportedException($"Images of format {format} need the real ScottPlot package; this stand-in makes PNG and SVG.");
        }

        return RenderTarget.Png(width, height, canvas => Render(canvas, width, height));
    }

    public string GetSvgXml(int width, int height)
    {
        ThrowIfNoArea(width, height);
        return Encoding.UTF8.GetString(RenderTarget.Svg(width, height, canvas => Render(canvas, width, height)));
    }

    private static void ThrowIfNoArea(int width, int height)
    {
        if (width < 1 || height < 1)
        {
            throw new ArgumentException($"An image of {width} x {height} pixels has no area.");
        }
    }

    private void Render(Canvas canvas, int width, int height)
    {
        canvas.Scale(ScaleFactor);
        var figure = new PixelRect(0, (float)(width / ScaleFactor), (float)(height / ScaleFactor), 0);
        Axes.AutoScaleUnset();
        canvas.Fill(figure, Colors.White);

        // Ticks made for the whole figure give the first measure of the panels, and the panels the data area.
        RegenerateTicks(canvas, figure);
        var panels = Axes.GetPanels().Select(panel => (Panel: panel, Size: panel.Measure(canvas))).ToArray();
        var data = new PixelRect(
            SizeAt(Edge.Left), figure.Right - SizeAt(Edge.Right), figure.Bottom - SizeAt(Edge.Bottom), SizeAt(Edge.Top));
        data = data with { Right = Math.Max(data.Left, data.Right), Bottom = Math.Max(data.Top, data.Bottom) };
        RegenerateTicks(canvas, data);

        var pack = new RenderPack(canvas, data, Axes.Bottom, Axes.Left);
        canvas.Save();
        canvas.Clip(data);
        Grid.Render(canvas, data);
        PlottableList.ForEach(plottable => plottable.Render(pack));
        canvas.Restore();
        foreach (var edge in panels.GroupBy(entry => entry.Panel.Edge))
        {
            var offset = 0f;
            foreach (var (panel, size) in edge)
            {
                panel.Render(pack, size, offset);
                offset += size;
            }
        }

        float SizeAt(Edge edge) => panels.Where(entry => entry.Panel.Edge == edge).Sum(entry => entry.Size);
    }

    private void RegenerateTicks(Canvas canvas, PixelRect area)
    {
        Axes.Bottom.RegenerateTicks(canvas, area.Width);
        Axes.Left.RegenerateTicks(canvas, area.Height);
    }
}
