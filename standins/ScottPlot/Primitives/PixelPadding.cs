namespace ScottPlot;

public readonly struct PixelPadding
{
    internal float Left { get; }

    internal float Right { get; }

    internal float Bottom { get; }

    internal float Top { get; }

    internal float Horizontal => Left + Right;

    internal float Vertical => Top + Bottom;

    public PixelPadding(float horizontal, float vertical)
        : this(horizontal, horizontal, vertical, vertical)
    {
    }

    public PixelPadding(float left, float right, float bottom, float top)
    {
        Left = left;
        Right = right;
        Bottom = bottom;
        Top = top;
    }
}
