using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Reproduction.Storage;
using ScottPlot;

namespace Reproduction.Figures;

/// <summary>Saves a plot as SVG and PNG: both or neither, and never a part of one.</summary>
internal static partial class FigureWriter
{
    private const int PngScale = 2;

    /// <summary>Replaces <c>Id.svg</c> and <c>Id.png</c> in an existing folder.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(Plot plot, FigureRecipe recipe, string folder)
    {
        var (width, height) = recipe.Size;

        // A legend outside the data knows how many lines it fills only after it has been laid out once.
        plot.RenderInMemory(width, height);
        var svg = Describe(plot.GetSvgXml(width, height), recipe);
        plot.ScaleFactor = PngScale;
        var png = plot.GetImageBytes(PngScale * width, PngScale * height, ImageFormat.Png);

        AtomicFile.Write(Path.Combine(folder, $"{recipe.Id}.svg"), svg);
        AtomicFile.Write(Path.Combine(folder, $"{recipe.Id}.png"), png);
    }

    /// <summary>
    /// Gives the SVG the title and description that screen readers and browsers show, and ids that are its own: a page
    /// that holds several figures must not find the letters of one in another. Outlines are rounded to a hundredth of a
    /// pixel, which nobody sees and which makes the files a quarter smaller.
    /// </summary>
    private static string Describe(string svg, FigureRecipe recipe)
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
                "d" => LongNumber().Replace(attribute.Value, match => double.Parse(match.Value, CultureInfo.InvariantCulture).ToString("0.##", CultureInfo.InvariantCulture)),
                _ => Reference().Replace(attribute.Value, match => ids.TryGetValue(match.Groups["id"].Value, out var id) ? $"{match.Groups["before"].Value}{id}" : match.Value),
            };
        }

        var svgNamespace = root.Name.Namespace;
        root.SetAttributeValue("role", "img");
        root.AddFirst(new XElement(svgNamespace + "title", recipe.Title), new XElement(svgNamespace + "desc", recipe.PaperReference));
        return root.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    [GeneratedRegex(@"-?\d+\.\d{3,}")]
    private static partial Regex LongNumber();

    // "#name" as a whole value (a link), and "url(#name" anywhere in it.
    [GeneratedRegex(@"(?<before>^#|url\(#)(?<id>[^)\s]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Reference();
}
