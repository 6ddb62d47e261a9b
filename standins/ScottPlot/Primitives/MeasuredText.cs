namespace ScottPlot;

/// <summary>Pixel sizes of a text of one or more lines.</summary>
internal readonly record struct MeasuredText(float Width, float Height, float LineHeight, float Descent, float[] LineWidths)
{
    /// <summary>The text's rectangle when the given point of it lies at the origin.</summary>
    public PixelRect Rect(Alignment alignment)
    {
        var left = -Width * alignment.HorizontalFraction();
        var top = -Height * (1 - alignment.VerticalFraction());
        return new PixelRect(left, left + Width, top + Height, top);
    }
}
