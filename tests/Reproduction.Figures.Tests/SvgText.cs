using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace SpectralExperiments.Tests;

/// <summary>One line of text in an SVG.</summary>
internal sealed partial class SvgText(XElement element)
{
    public string Text => element.Value;

    public string? Font => element.Attribute("font-family")?.Value;

    public double FontSize => double.Parse(element.Attribute("font-size")!.Value, CultureInfo.InvariantCulture);

    /// <summary>The left edges of the letters, before any rotation.</summary>
    public IReadOnlyList<double> Letters =>
        [.. element.Attribute("x")!.Value.Split(", ").Select(x => double.Parse(x, CultureInfo.InvariantCulture))];

    /// <summary>Where a text that is not rotated begins.</summary>
    public double X => Translation("x") + Letters[0];

    /// <summary>The base line of a text that is not rotated.</summary>
    public double Baseline => Translation("y") + SvgPicture.Numbers(element.Attribute("y")!.Value).Single();

    public bool IsRotated => Transform.StartsWith("matrix", StringComparison.Ordinal);

    private string Transform => element.Attribute("transform")?.Value ?? "translate(0 0)";

    private double Translation(string axis) =>
        double.Parse(Translate().Match(Transform).Groups[axis].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^translate\((?<x>\S+) (?<y>\S+)\)$")]
    private static partial Regex Translate();
}
