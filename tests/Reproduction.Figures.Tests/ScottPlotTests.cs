using Reproduction.Figures;
using ScottPlot;
using ScottPlot.Hatches;

namespace SpectralExperiments.Tests;

/// <summary>
/// What ScottPlot and SkiaSharp do by themselves, each beside the correction that can go once this is no longer so.
/// </summary>
public sealed class ScottPlotTests
{
    private static readonly string Family = FigureFont.Choose(FigureFont.Installed())!;

    [Fact]
    public void Lists_of_letters_end_with_a_comma_which_SvgFile_removes()
    {
        using var plot = new Plot();
        plot.Title("Title");

        Assert.Matches("<text [^>]* x=\"[^\"]*, \" y=\"[^\"]*, \">", plot.GetSvgXml(400, 300));
    }

    [Fact]
    public void Hatches_are_missing_in_svg_so_that_Stripes_draws_them()
    {
        using var plot = new Plot();
        var bar = new Bar { Position = 1, Value = 3, FillHatch = new Striped(), FillHatchColor = Color.FromHex("#ABCDEF") };
        plot.Add.Bars(new List<Bar> { bar });

        Assert.Empty(new SvgPicture(plot.GetSvgXml(400, 300)).Filled("#ABCDEF"));
        Assert.True(new PngImage(plot.GetImageBytes(400, 300, ImageFormat.Png)).Count(0xAB, 0xCD, 0xEF) > 1_000);
    }

    [LinuxFact]
    public void Markers_after_a_dashed_line_are_reported_on_standard_error_unless_SolidMarker_draws_them()
    {
        using var plot = new Plot();
        plot.Add.ScatterLine(new double[] { 1, 2 }, new double[] { 1, 2 }).LinePattern = LinePattern.Dashed;
        plot.Add.ScatterPoints(new double[] { 1, 2 }, new double[] { 1, 2 });

        Assert.Contains("Unsupported path effect", ProcessOutput.Of(() => plot.GetSvgXml(400, 300)), StringComparison.Ordinal);
    }

    [LinuxFact]
    public void Figures_write_nothing_to_standard_output_and_error()
    {
        using var folder = new FigureFolder();

        Assert.Equal("", ProcessOutput.Of(() =>
        {
            foreach (var (recipe, results) in Samples.All)
            {
                recipe.Draw(results, folder.Path);
            }
        }));
    }

    [Fact]
    public void Text_stands_too_high_by_what_the_lowest_sign_exceeds_the_descent_which_ChartTheme_adds()
    {
        using var plot = new Plot();
        var label = plot.Add.Text("0", 0, 0);
        label.LabelFontName = Family;
        label.LabelFontSize = 20;
        label.LabelAlignment = Alignment.LowerLeft;
        plot.Axes.SetLimits(-1, 1, -1, 1);
        using var font = new SkiaSharp.SKFont(Fonts.GetTypeface(Family, bold: false, italic: false), 20);

        var svg = plot.GetSvgXml(400, 300).Replace(", \"", "\"", StringComparison.Ordinal);

        // The lower edge of the line lies at the given place.
        var text = new SvgPicture(svg).Texts.Single(candidate => candidate.FontSize == 20);
        Assert.Equal(plot.GetPixel(new Coordinates(0, 0)).Y - font.Metrics.Bottom, text.Baseline, 0.01);
        Assert.True(font.Metrics.Bottom > font.Metrics.Descent);
    }
}
