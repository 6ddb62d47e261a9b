using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Reproduction.Figures;

/// <summary>Turns the output of Skia's SVG writer into a file that every viewer renders alike.</summary>
internal static partial class SvgFile
{
    private static readonly HashSet<string> Coordinates = ["x", "y", "width", "height", "cx", "cy", "rx", "ry", "d"];

    /// <summary>
    /// Gives the SVG the title and description that screen readers and browsers show, fonts to fall back on, and ids that
    /// are its own: a page that holds several figures must not find the shapes of one in another. Coordinates are rounded to
    /// a hundredth of a pixel, which nobody sees and which makes the files smaller.
    /// </summary>
    /// <param name="svg">What ScottPlot returns.</param>
    /// <param name="recipe">What it shows.</param>
    /// <param name="font">The font family of its text.</param>
    public static string Complete(string svg, FigureRecipe recipe, string font)
    {
        var document = XDocument.Parse(svg, LoadOptions.PreserveWhitespace);
        var root = document.Root!;
        var attributes = root.DescendantsAndSelf().Attributes().Where(attribute => !attribute.IsNamespaceDeclaration).ToList();
        var ids = attributes.Where(attribute => attribute.Name == "id").Select(attribute => attribute.Value).Distinct()
            .Index().ToDictionary(entry => entry.Item, entry => $"{recipe.Id}-{entry.Index}");
        foreach (var attribute in attributes)
        {
            attribute.Value = attribute.Name.ToString() switch
            {
                "id" => ids[attribute.Value],
                "font-family" when attribute.Value == font => FigureFont.WithFallbacks(font),
                var name when Coordinates.Contains(name) => Rounded(attribute.Value),
                _ => Reference().Replace(attribute.Value, Renamed),
            };
        }

        foreach (var text in root.Descendants(root.Name.Namespace + "text"))
        {
            text.Value = text.Value.Trim();
        }

        root.SetAttributeValue("role", "img");
        root.AddFirst(
            new XElement(root.Name.Namespace + "title", recipe.Title),
            new XElement(root.Name.Namespace + "desc", recipe.PaperReference));
        return root.ToString(SaveOptions.DisableFormatting) + "\n";

        string Renamed(Match match) =>
            ids.TryGetValue(match.Groups["id"].Value, out var id) ? match.Groups["before"].Value + id : match.Value;
    }

    // Skia ends the list of a text's letters with a comma, which is a syntax error in SVG.
    private static string Rounded(string coordinates) => LongNumber().Replace(
        coordinates.TrimEnd(' ', ','),
        match => double.Parse(match.Value, CultureInfo.InvariantCulture).ToString("0.##", CultureInfo.InvariantCulture));

    [GeneratedRegex(@"-?\d+\.\d{3,}")]
    private static partial Regex LongNumber();

    // "#name" as a whole value (a link), and "url(#name" anywhere in it.
    [GeneratedRegex(@"(?<before>^#|url\(#)(?<id>[^)\s]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Reference();
}
