using System.Runtime.InteropServices;

namespace ScottPlot.Native;

/// <summary>The part of cairo's C interface that the drawing needs.</summary>
internal static unsafe partial class Cairo
{
    public const int FormatArgb32 = 0;
    public const int HintStyleNone = 1;
    public const int HintMetricsOff = 1;
    public const int AntialiasGray = 2;
    public const int LineCapButt = 0;
    public const int LineCapRound = 1;
    public const int LineJoinMiter = 0;
    public const int LineJoinRound = 1;
    public const int SvgUnitUser = 0;

    [StructLayout(LayoutKind.Sequential)]
    public struct FontExtents
    {
        public double Ascent;
        public double Descent;
        public double Height;
        public double MaxXAdvance;
        public double MaxYAdvance;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct TextExtents
    {
        public double XBearing;
        public double YBearing;
        public double Width;
        public double Height;
        public double XAdvance;
        public double YAdvance;
    }

    [LibraryImport(CairoLibrary.Name)]
    public static partial nint cairo_image_surface_create(int format, int width, int height);

    [LibraryImport(CairoLibrary.Name)]
    public static partial nint cairo_svg_surface_create_for_stream(
        delegate* unmanaged<void*, byte*, uint, int> write, void* closure, double width, double height);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_svg_surface_set_document_unit(nint surface, int unit);

    [LibraryImport(CairoLibrary.Name)]
    public static partial int cairo_surface_write_to_png_stream(
        nint surface, delegate* unmanaged<void*, byte*, uint, int> write, void* closure);

    [LibraryImport(CairoLibrary.Name)]
    public static partial int cairo_surface_status(nint surface);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_surface_finish(nint surface);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_surface_destroy(nint surface);

    [LibraryImport(CairoLibrary.Name)]
    public static partial nint cairo_create(nint surface);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_destroy(nint cr);

    [LibraryImport(CairoLibrary.Name)]
    public static partial int cairo_status(nint cr);

    [LibraryImport(CairoLibrary.Name)]
    public static partial nint cairo_status_to_string(int status);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_save(nint cr);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_restore(nint cr);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_clip(nint cr);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_translate(nint cr, double x, double y);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_scale(nint cr, double x, double y);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_rotate(nint cr, double radians);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_set_source_rgba(nint cr, double red, double green, double blue, double alpha);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_set_line_width(nint cr, double width);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_set_line_cap(nint cr, int cap);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_set_line_join(nint cr, int join);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_set_dash(nint cr, double* dashes, int count, double offset);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_new_sub_path(nint cr);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_move_to(nint cr, double x, double y);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_line_to(nint cr, double x, double y);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_arc(nint cr, double x, double y, double radius, double from, double to);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_rectangle(nint cr, double x, double y, double width, double height);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_close_path(nint cr);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_fill(nint cr);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_stroke(nint cr);

    [LibraryImport(CairoLibrary.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void cairo_select_font_face(nint cr, string family, int slant, int weight);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_set_font_size(nint cr, double size);

    [LibraryImport(CairoLibrary.Name)]
    public static partial nint cairo_font_options_create();

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_font_options_destroy(nint options);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_font_options_set_hint_style(nint options, int style);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_font_options_set_hint_metrics(nint options, int metrics);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_font_options_set_antialias(nint options, int antialias);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_set_font_options(nint cr, nint options);

    [LibraryImport(CairoLibrary.Name)]
    public static partial void cairo_font_extents(nint cr, out FontExtents extents);

    [LibraryImport(CairoLibrary.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void cairo_text_extents(nint cr, string text, out TextExtents extents);

    [LibraryImport(CairoLibrary.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void cairo_show_text(nint cr, string text);
}
