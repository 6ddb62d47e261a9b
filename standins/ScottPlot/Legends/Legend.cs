using ScottPlot.Native;

namespace ScottPlot;

public class Legend
{
    private const float SymbolPadding = 5;
    private const float ShadowOffset = 3;
    private readonly LineStyle outline = new() { Width = 1, Color = Colors.Black };

    internal Legend()
    {
    }

    public PixelPadding Padding { get; set; } = new(10, 5);

    public PixelPadding InterItemPadding { get; set; } = new(10, 10, 6, 6);

    public float SymbolWidth { get; set; } = 20;

    public bool TightHorizontalWrapping { get; set; } = false;

    public float? FontSize { get; set; } = null;

    public float OutlineWidth { get => outline.Width; set => outline.Width = value; }

    public Color ShadowColor { get; set; } = Colors.Black.WithAlpha(.2);

    public List<LegendItem> ManualItems { get; set; } = [];

    /// <summary>Whether items stand side by side; else one below the other.</summary>
    internal bool Horizontal { get; set; }

    /// <summary>The size at the last render, in pixels.</summary>
    internal (float Width, float Height)? LastSize { get; private set; }

    internal (float Width, float Height) Measure(Canvas canvas, float maxWidth, float maxHeight)
    {
        var layout = Layout(canvas, SizedItems(), maxWidth, maxHeight);
        return (layout.Width, layout.Height);
    }

    internal void Render(Canvas canvas, PixelRect within, Alignment alignment)
    {
        var items = SizedItems();
        if (items.Length == 0)
        {
            return;
        }

        var layout = Layout(canvas, items, within.Width, within.Height);
        LastSize = (layout.Width, layout.Height);
        var rect = within.Place(layout.Width, layout.Height, alignment);
        canvas.Fill(rect.Offset(ShadowOffset, ShadowOffset), ShadowColor);
        canvas.Fill(rect, Colors.White);
        canvas.Outline(rect, outline);
        for (var i = 0; i < items.Length; i++)
        {
            var (symbol, label) = layout.Places[i];
            RenderItem(canvas, items[i], symbol.Offset(rect.Left, rect.Top), label.Offset(rect.Left, rect.Top));
        }
    }

    private static void RenderItem(Canvas canvas, LegendItem item, PixelRect symbol, PixelRect label)
    {
        var box = new PixelRect(symbol.Left, symbol.Right, symbol.Bottom - (symbol.Height * .2f), symbol.Top + (symbol.Height * .2f));
        item.LabelStyle.Render(canvas, new Pixel(label.Left, label.Center.Y), item.LabelText);
        canvas.Line(new Pixel(symbol.Left, symbol.Center.Y), new Pixel(symbol.Right, symbol.Center.Y), item.LineStyle);
        canvas.Fill(box, item.FillStyle);
        canvas.Outline(box, item.OutlineStyle);
        item.MarkerStyle.Render(canvas, symbol.Center);
    }

    private LegendItem[] SizedItems()
    {
        foreach (var item in ManualItems)
        {
            item.LabelStyle.FontSize = FontSize ?? item.LabelStyle.FontSize;
        }

        return [.. ManualItems];
    }

    // Items fill a row (or a column) and go on in the next where the space ends.
    private LegendLayout Layout(Canvas canvas, LegendItem[] items, float maxWidth, float maxHeight)
    {
        if (items.Length == 0)
        {
            return new LegendLayout(0, 0, []);
        }

        maxWidth -= Padding.Horizontal;
        maxHeight -= Padding.Vertical;
        var labels = items.Select(item => item.LabelStyle.Measure(canvas, item.LabelText)).ToArray();
        var widest = labels.Max(label => label.Width);
        var rowHeight = labels.Max(label => label.Height);
        var places = new List<(PixelRect Symbol, PixelRect Label)>();
        float x = 0, y = 0;
        for (var i = 0; i < items.Length; i++)
        {
            var width = SymbolWidth + SymbolPadding + (TightHorizontalWrapping ? labels[i].Width : widest);
            if (Horizontal && x > 0 && x + width > maxWidth)
            {
                (x, y) = (0, y + rowHeight + InterItemPadding.Bottom);
            }
            else if (!Horizontal && y > 0 && y + rowHeight > maxHeight)
            {
                (x, y) = (x + width + InterItemPadding.Right, 0);
            }

            places.Add((
                new PixelRect(x, x + SymbolWidth, y + rowHeight, y).Offset(Padding.Left, Padding.Top),
                new PixelRect(x + SymbolWidth + SymbolPadding, x + width, y + rowHeight, y).Offset(Padding.Left, Padding.Top)));
            (x, y) = Horizontal
                ? (x + width + InterItemPadding.Right, y)
                : (x, y + rowHeight + InterItemPadding.Bottom);
        }

        return new LegendLayout(
            places.Max(place => place.Label.Right) + Padding.Right, places.Max(place => place.Label.Bottom) + Padding.Bottom, places);
    }
}
