using ScottPlot;

namespace Reproduction.Figures;

/// <summary>Saves a plot as SVG and PNG: both or neither, and never a part of one.</summary>
internal static class FigureWriter
{
    private const int PngScale = 2;

    /// <summary>Replaces <c>Id.svg</c> and <c>Id.png</c> in an existing folder.</summary>
    /// <param name="plot">The finished plot.</param>
    /// <param name="recipe">What it shows.</param>
    /// <param name="font">The font family of its text.</param>
    /// <param name="folder">The folder.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(Plot plot, FigureRecipe recipe, string font, string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"{folder}: the folder of the figures does not exist.");
        }

        var (width, height) = recipe.Size;

        // A legend outside the data knows how many lines it fills only after it has been laid out once.
        plot.RenderInMemory(width, height);
        var svg = SvgFile.Complete(plot.GetSvgXml(width, height), recipe, font);
        plot.ScaleFactor = PngScale;
        var png = plot.GetImageBytes(PngScale * width, PngScale * height, ImageFormat.Png);

        AtomicFile.Write(Path.Combine(folder, $"{recipe.Id}.svg"), svg);
        AtomicFile.Write(Path.Combine(folder, $"{recipe.Id}.png"), png);
    }
}
