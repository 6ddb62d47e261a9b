using ScottPlot.Native;

namespace ScottPlot;

public class LabelStyle
{
    internal LabelStyle()
    {
    }

    internal string Text { get; set; } = string.Empty;

    internal Alignment Alignment { get; set; } = Alignment.UpperLeft;

    internal float Rotation { get; set; }

    public Color ForeColor { get; set; } = Colors.Black;

    public float FontSize { get; set; } = 12;

    public bool Bold { get; set; } = false;

    public float OffsetX = 0;

    internal MeasuredText Measure(Canvas canvas, string text)
    {
        string[] lines = text.Length == 0 ? [] : text.Split('\n');
        var (_, lineHeight, descent) = canvas.Measure(string.Empty, FontSize, Bold);
        var widths = lines.Select(line => canvas.Measure(line, FontSize, Bold).Width).ToArray();
        return new MeasuredText(widths.DefaultIfEmpty(0).Max(), lineHeight * lines.Length, lineHeight, descent, widths);
    }

    internal void Render(Canvas canvas, Pixel at) => Render(canvas, at, Text);

    internal void Render(Canvas canvas, Pixel at, string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        var measured = Measure(canvas, text);
        var rect = measured.Rect(Alignment);
        canvas.Save();
        canvas.Translate(at.X + OffsetX, at.Y);
        canvas.RotateDegrees(Rotation);
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var x = rect.Left + ((rect.Width - measured.LineWidths[i]) * Alignment.HorizontalFraction());
            var baseline = rect.Top + ((i + 1) * measured.LineHeight) - measured.Descent;
            canvas.Text(lines[i], x, baseline, FontSize, Bold, ForeColor);
        }

        canvas.Restore();
    }
}
