using System.Text;
using System.Xml.Linq;
using ScottPlot;

namespace Reproduction.Figures;

/// <summary>Saves a plot as SVG and PNG: both or neither, and never a part of one.</summary>
internal static class FigureWriter
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

        Replace(Path.Combine(folder, $"{recipe.Id}.svg"), Encoding.UTF8.GetBytes(svg));
        Replace(Path.Combine(folder, $"{recipe.Id}.png"), png);
    }

    /// <summary>Gives the SVG the title and description that screen readers and browsers show.</summary>
    private static string Describe(string svg, FigureRecipe recipe)
    {
        var document = XDocument.Parse(svg, LoadOptions.PreserveWhitespace);
        var root = document.Root!;
        root.SetAttributeValue("role", "img");
        root.AddFirst(new XElement(root.Name.Namespace + "title", recipe.Title), new XElement(root.Name.Namespace + "desc", recipe.PaperReference));
        return root.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    private static void Replace(string path, byte[] content)
    {
        var unfinished = $"{path}.{Environment.ProcessId}.unfinished";
        try
        {
            File.WriteAllBytes(unfinished, content);
            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            File.Delete(unfinished);
            throw;
        }
    }
}
