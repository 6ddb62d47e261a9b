using System.Runtime.InteropServices;

namespace ScottPlot.Native;

/// <summary>A cairo context with the few drawing operations that the plot is made of.</summary>
internal sealed unsafe class Canvas : IDisposable
{
    private const string FontFamily = "DejaVu Sans";
    private nint context;

    public Canvas(nint surface)
    {
        context = Cairo.cairo_create(surface);
        // Unhinted metrics: the layout is then the same at every scale and in SVG and PNG.
        var options = Cairo.cairo_font_options_create();
        Cairo.cairo_font_options_set_hint_style(options, Cairo.HintStyleNone);
        Cairo.cairo_font_options_set_hint_metrics(options, Cairo.HintMetricsOff);
        Cairo.cairo_font_options_set_antialias(options, Cairo.AntialiasGray);
        Cairo.cairo_set_font_options(context, options);
        Cairo.cairo_font_options_destroy(options);
    }

    public void Dispose()
    {
        Cairo.cairo_destroy(context);
        context = 0;
    }

    /// <exception cref="InvalidOperationException">A drawing operation failed; the message is cairo's own.</exception>
    public void ThrowOnError()
    {
        var status = Cairo.cairo_status(context);
        if (status != 0)
        {
            throw new InvalidOperationException(
                $"cairo could not draw the figure: {Marshal.PtrToStringUTF8(Cairo.cairo_status_to_string(status))}.");
        }
    }

    public void Save() => Cairo.cairo_save(context);

    public void Restore() => Cairo.cairo_restore(context);

    public void Translate(float x, float y) => Cairo.cairo_translate(context, x, y);

    public void Scale(double factor) => Cairo.cairo_scale(context, factor, factor);

    public void RotateDegrees(float degrees) => Cairo.cairo_rotate(context, degrees * Math.PI / 180);

    public void Clip(PixelRect rect)
    {
        Rectangle(rect);
        Cairo.cairo_clip(context);
    }

    public void Fill(PixelRect rect, FillStyle style)
    {
        Fill(rect, style.Color);
        if (style.Hatch is not null && style.HatchColor.Alpha > 0)
        {
            Save();
            Clip(rect);
            style.Hatch.Render(this, rect, style.HatchColor);
            Restore();
        }
    }

    public void Fill(PixelRect rect, Color color)
    {
        if (color.Alpha > 0)
        {
            Rectangle(rect);
            Fill(color);
        }
    }

    public void Outline(PixelRect rect, LineStyle style)
    {
        if (Apply(style))
        {
            Rectangle(rect);
            Cairo.cairo_stroke(context);
        }
    }

    public void Line(Pixel start, Pixel end, LineStyle style) => Lines([start, end], style);

    /// <summary>One connected line through all points.</summary>
    public void Lines(ReadOnlySpan<Pixel> points, LineStyle style)
    {
        if (points.Length > 1 && Apply(style))
        {
            Path(points);
            Cairo.cairo_stroke(context);
        }
    }

    /// <summary>Separate segments, stroked as one path: each pair of points is one.</summary>
    public void Segments(ReadOnlySpan<Pixel> ends, LineStyle style)
    {
        if (!Apply(style))
        {
            return;
        }

        for (var i = 0; i + 1 < ends.Length; i += 2)
        {
            Path(ends.Slice(i, 2));
        }

        Cairo.cairo_stroke(context);
    }

    public void FillPolygon(ReadOnlySpan<Pixel> points, Color color)
    {
        if (points.Length > 2 && color.Alpha > 0)
        {
            Path(points);
            Fill(color);
        }
    }

    public void OutlinePolygon(ReadOnlySpan<Pixel> points, LineStyle style)
    {
        if (points.Length > 2 && Apply(style))
        {
            Path(points);
            Cairo.cairo_close_path(context);
            Cairo.cairo_stroke(context);
        }
    }

    public void FillCircle(Pixel center, float radius, Color color)
    {
        if (color.Alpha > 0)
        {
            Circle(center, radius);
            Fill(color);
        }
    }

    public void OutlineCircle(Pixel center, float radius, LineStyle style)
    {
        if (Apply(style))
        {
            Circle(center, radius);
            Cairo.cairo_stroke(context);
        }
    }

    /// <summary>The size of one line of text and the share of it below the baseline, in pixels.</summary>
    /// <exception cref="InvalidOperationException">The machine has no font at all.</exception>
    public (float Width, float Height, float Descent) Measure(string line, float fontSize, bool bold)
    {
        SelectFont(fontSize, bold);
        Cairo.cairo_font_extents(context, out var font);
        Cairo.cairo_text_extents(context, line, out var text);
        if (line.Length > 0 && text.XAdvance <= 0)
        {
            throw new InvalidOperationException(
                "cairo found no font to write with. Install the Debian package fonts-dejavu-core (apt-get install fonts-dejavu-core).");
        }

        return ((float)text.XAdvance, (float)(font.Ascent + font.Descent), (float)font.Descent);
    }

    public void Text(string line, float x, float baseline, float fontSize, bool bold, Color color)
    {
        SelectFont(fontSize, bold);
        SetSource(color);
        Cairo.cairo_move_to(context, x, baseline);
        Cairo.cairo_show_text(context, line);
    }

    private void SelectFont(float fontSize, bool bold)
    {
        Cairo.cairo_select_font_face(context, FontFamily, 0, bold ? 1 : 0);
        Cairo.cairo_set_font_size(context, fontSize);
    }

    private void Path(ReadOnlySpan<Pixel> points)
    {
        Cairo.cairo_move_to(context, points[0].X, points[0].Y);
        foreach (var point in points[1..])
        {
            Cairo.cairo_line_to(context, point.X, point.Y);
        }
    }

    private void Circle(Pixel center, float radius)
    {
        Cairo.cairo_new_sub_path(context);
        Cairo.cairo_arc(context, center.X, center.Y, radius, 0, 2 * Math.PI);
        Cairo.cairo_close_path(context);
    }

    private void Rectangle(PixelRect rect) =>
        Cairo.cairo_rectangle(context, rect.Left, rect.Top, rect.Right - rect.Left, rect.Bottom - rect.Top);

    private void Fill(Color color)
    {
        SetSource(color);
        Cairo.cairo_fill(context);
    }

    private void SetSource(Color color) =>
        Cairo.cairo_set_source_rgba(context, color.Red / 255.0, color.Green / 255.0, color.Blue / 255.0, color.Alpha / 255.0);

    private bool Apply(LineStyle style)
    {
        if (style.Width <= 0 || style.Color.Alpha == 0)
        {
            return false;
        }

        SetSource(style.Color);
        Cairo.cairo_set_line_width(context, style.Width);
        Cairo.cairo_set_line_cap(context, Cairo.LineCapButt);
        Cairo.cairo_set_line_join(context, style.Rounded ? Cairo.LineJoinRound : Cairo.LineJoinMiter);
        var intervals = style.Pattern.Intervals ?? [];
        Span<double> dashes = stackalloc double[intervals.Length];
        for (var i = 0; i < intervals.Length; i++)
        {
            dashes[i] = intervals[i];
        }

        fixed (double* first = dashes)
        {
            Cairo.cairo_set_dash(context, first, dashes.Length, 0);
        }

        return true;
    }
}
