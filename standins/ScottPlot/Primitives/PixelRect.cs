namespace ScottPlot;

/// <summary>A rectangle on the figure; y grows downwards, so Top is the smaller number.</summary>
internal readonly record struct PixelRect(float Left, float Right, float Bottom, float Top)
{
    public float Width => Right - Left;

    public float Height => Bottom - Top;

    public Pixel Center => new((Left + Right) / 2, (Top + Bottom) / 2);

    public PixelRect Offset(float x, float y) => new(Left + x, Right + x, Bottom + y, Top + y);

    public PixelRect Contract(PixelPadding padding) =>
        new(Left + padding.Left, Right - padding.Right, Bottom - padding.Bottom, Top + padding.Top);

    /// <summary>A rectangle of the given size placed inside this one.</summary>
    public PixelRect Place(float width, float height, Alignment alignment)
    {
        var left = Left + ((Width - width) * alignment.HorizontalFraction());
        var top = Top + ((Height - height) * (1 - alignment.VerticalFraction()));
        return new PixelRect(left, left + width, top + height, top);
    }
}
