using System.Globalization;

namespace ScottPlot;

public readonly struct Color
{
    public readonly byte Red;
    public readonly byte Green;
    public readonly byte Blue;
    internal readonly byte Alpha;

    internal Color(byte red, byte green, byte blue, byte alpha = 255)
    {
        Red = red;
        Green = green;
        Blue = blue;
        Alpha = alpha;
    }

    // Like the real package, text that is no colour gives black.
    public static Color FromHex(string hex)
    {
        var digits = hex.TrimStart('#');
        if (digits.Length == 6)
        {
            digits += "FF";
        }

        return uint.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var rgba)
            ? new Color((byte)(rgba >> 24), (byte)(rgba >> 16), (byte)(rgba >> 8), (byte)rgba)
            : new Color(0, 0, 0);
    }

    public readonly Color WithAlpha(double alpha) => new(Red, Green, Blue, (byte)(alpha * 255));

    public Color Lighten(double fraction = .5f) => new(Toward(Red, fraction), Toward(Green, fraction), Toward(Blue, fraction), Alpha);

    private static byte Toward(byte value, double fraction) => (byte)Math.Clamp(value + ((255 - value) * fraction), 0, 255);
}
