using System.Globalization;
using System.Xml.Linq;

namespace SpectralExperiments.Tests;

/// <summary>An SVG as its viewers read it.</summary>
internal sealed class SvgPicture
{
    public SvgPicture(string svg)
    {
        Root = XDocument.Parse(svg).Root!;
        Texts = [.. Elements("text").Select(element => new SvgText(element))];
    }

    public XElement Root { get; }

    public IReadOnlyList<SvgText> Texts { get; }

    public IEnumerable<XElement> Elements(string name) => Root.Descendants(Root.Name.Namespace + name);

    /// <summary>The elements filled with a colour, written #RRGGBB.</summary>
    public IEnumerable<XElement> Filled(string color) => Root.Descendants()
        .Where(element => Full(element.Attribute("fill")?.Value).Equals(color, StringComparison.OrdinalIgnoreCase));

    /// <summary>The numbers of a list of coordinates or of a path.</summary>
    public static double[] Numbers(string list) => [.. list.Split([' ', ',', 'M', 'L', 'Z'], StringSplitOptions.RemoveEmptyEntries)
        .Select(number => double.Parse(number, CultureInfo.InvariantCulture))];

    // #333 is #333333.
    private static string Full(string? color) =>
        color is ['#', var red, var green, var blue] ? $"#{red}{red}{green}{green}{blue}{blue}" : color ?? "";
}
