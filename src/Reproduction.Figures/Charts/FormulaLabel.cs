using ScottPlot;
using SkiaSharp;

namespace Reproduction.Figures.Charts;

/// <summary>A line of text with subscripts and superscripts, centred on a point of the plot.</summary>
/// <param name="formula">
/// The text. One letter after <c>_</c> or <c>^</c> is lowered or raised: <c>U_1</c> is U with a small 1, <c>V^T</c> the transpose of V.
/// </param>
/// <param name="center">The middle of the text in the plot's coordinates.</param>
/// <param name="fontSize">The size of the letters on the base line.</param>
internal sealed class FormulaLabel(string formula, Coordinates center, float fontSize) : IPlottable
{
    private const float SmallScale = 0.7f;
    private const float Lowered = 0.27f;
    private const float Raised = -0.42f;

    public bool IsVisible { get; set; } = true;

    public IAxes Axes { get; set; } = new Axes();

    public IEnumerable<LegendItem> LegendItems => [];

    /// <summary>The font of the letters.</summary>
    public string FontName { get; set; } = Fonts.Default;

    /// <summary>The colour of the letters.</summary>
    public required Color Color { get; init; }

    /// <summary>Whether the letters are bold.</summary>
    public bool Bold { get; init; }

    public AxisLimits GetAxisLimits() => AxisLimits.NoLimits;

    public void Render(RenderPack rp)
    {
        using var paint = new SKPaint { Color = Color.ToSKColor(), IsAntialias = true };
        using var large = new SKFont(Fonts.GetTypeface(FontName, Bold, italic: false), fontSize);
        using var small = new SKFont(large.Typeface, SmallScale * fontSize);
        var runs = Runs().ToList();
        var pixel = Axes.GetPixel(center);
        var baseLine = pixel.Y + (large.Metrics.CapHeight / 2);
        var x = pixel.X - (Place(0, draw: false) / 2);
        Place(x, draw: true);

        // Returns where the text ends. A superscript after a subscript stands above it.
        float Place(float left, bool draw)
        {
            var (x, end, before) = (left, left, 0f);
            foreach (var (text, shift) in runs)
            {
                var font = shift == 0 ? large : small;
                x = shift < 0 && before > 0 ? x : end;
                if (draw)
                {
                    rp.Canvas.DrawText(text, x, baseLine + (shift * fontSize), SKTextAlign.Left, font, paint);
                }

                (end, before) = (Math.Max(end, x + font.MeasureText(text)), shift);
            }

            return end;
        }
    }

    /// <summary>The parts of one height, from left to right, with how far below the base line they stand, in font sizes.</summary>
    private IEnumerable<(string Text, float Shift)> Runs()
    {
        var start = 0;
        for (var i = 0; i < formula.Length; i++)
        {
            if (formula[i] is not ('_' or '^'))
            {
                continue;
            }

            if (i > start)
            {
                yield return (formula[start..i], 0);
            }

            yield return (formula[(i + 1)..(i + 2)], formula[i] == '_' ? Lowered : Raised);
            start = i + 2;
            i++;
        }

        if (start < formula.Length)
        {
            yield return (formula[start..], 0);
        }
    }
}
