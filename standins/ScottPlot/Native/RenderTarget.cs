using System.Runtime.InteropServices;

namespace ScottPlot.Native;

/// <summary>Runs a drawing against a PNG or an SVG surface and returns the file's bytes.</summary>
internal static unsafe class RenderTarget
{
    private const int WriteError = 11; // CAIRO_STATUS_WRITE_ERROR

    /// <summary>Width and height in pixels.</summary>
    public static byte[] Png(int width, int height, Action<Canvas> draw)
    {
        byte[] png = [];
        OnImage(width, height, draw, surface => png = Collect(
            closure => ThrowOnError(Cairo.cairo_surface_write_to_png_stream(surface, &Write, (void*)closure))));
        return png;
    }

    /// <summary>Draws on an image that nobody keeps.</summary>
    public static void InMemory(int width, int height, Action<Canvas> draw) => OnImage(width, height, draw, _ => { });

    /// <summary>Width and height in user units.</summary>
    public static byte[] Svg(int width, int height, Action<Canvas> draw) => Collect(closure =>
    {
        var surface = Cairo.cairo_svg_surface_create_for_stream(&Write, (void*)closure, width, height);
        try
        {
            Cairo.cairo_svg_surface_set_document_unit(surface, Cairo.SvgUnitUser);
            Draw(surface, draw);
            Cairo.cairo_surface_finish(surface);
            ThrowOnError(Cairo.cairo_surface_status(surface));
        }
        finally
        {
            Cairo.cairo_surface_destroy(surface);
        }
    });

    private static void OnImage(int width, int height, Action<Canvas> draw, Action<nint> use)
    {
        var surface = Cairo.cairo_image_surface_create(Cairo.FormatArgb32, width, height);
        try
        {
            Draw(surface, draw);
            use(surface);
        }
        finally
        {
            Cairo.cairo_surface_destroy(surface);
        }
    }

    private static void Draw(nint surface, Action<Canvas> draw)
    {
        ThrowOnError(Cairo.cairo_surface_status(surface));
        using var canvas = new Canvas(surface);
        draw(canvas);
        canvas.ThrowOnError();
    }

    private static byte[] Collect(Action<nint> write)
    {
        using var stream = new MemoryStream();
        var handle = GCHandle.Alloc(stream);
        try
        {
            write(GCHandle.ToIntPtr(handle));
            return stream.ToArray();
        }
        finally
        {
            handle.Free();
        }
    }

    [UnmanagedCallersOnly]
    private static int Write(void* closure, byte* data, uint length)
    {
        try
        {
            ((MemoryStream)GCHandle.FromIntPtr((nint)closure).Target!).Write(new ReadOnlySpan<byte>(data, checked((int)length)));
            return 0;
        }
        catch (Exception) // An exception must not cross the native boundary; cairo reports the status.
        {
            return WriteError;
        }
    }

    private static void ThrowOnError(int status)
    {
        if (status != 0)
        {
            throw new InvalidOperationException(
                $"cairo could not make the image: {Marshal.PtrToStringUTF8(Cairo.cairo_status_to_string(status))}.");
        }
    }
}
