using SkiaSharp;

namespace Reproduction.Figures;

/// <summary>
/// The font of all text in figures. Left to itself, SkiaSharp takes whichever font it reads first, and where it finds none it
/// leaves out all text without an error.
/// </summary>
internal static class FigureFont
{
    /// <summary>The families that figures are drawn with: the first one that is installed.</summary>
    public static IReadOnlyList<string> Families { get; } =
        ["DejaVu Sans", "Liberation Sans", "Noto Sans", "Verdana", "Segoe UI", "Arial", "Helvetica Neue", "Helvetica"];

    /// <summary>Says what to install on a machine without any of the families.</summary>
    public static string NoneInstalled { get; } =
        $"figures cannot be drawn: none of the fonts {string.Join(", ", Families)} is installed, "
        + "and without one all text would be missing. "
        + "Install DejaVu Sans (Debian and Ubuntu: apt-get install fonts-dejavu-core; Fedora: dnf install dejavu-sans-fonts) "
        + "and run the same command again. On Linux, fonts are read from /usr/share/fonts alone.";

    /// <summary>The families on this machine that SkiaSharp finds.</summary>
    public static IReadOnlyList<string> Installed() => [.. SKFontManager.Default.FontFamilies];

    /// <summary>The family to draw with, or null where none is installed.</summary>
    /// <param name="installed">The families on the machine, in any case and order.</param>
    public static string? Choose(IReadOnlyList<string> installed) =>
        Families.FirstOrDefault(family => installed.Contains(family, StringComparer.OrdinalIgnoreCase));

    /// <summary>
    /// A family as an SVG names it: followed by one of the same letter widths and by any sans-serif, for viewers without it.
    /// </summary>
    public static string WithFallbacks(string family) =>
        $"{family}, {(family == Families[0] ? "Verdana" : "Arial, Helvetica")}, sans-serif";
}
