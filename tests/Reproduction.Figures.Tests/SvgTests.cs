using System.Globalization;
using System.Xml.Linq;
using Reproduction;
using Reproduction.Figures;

namespace SpectralExperiments.Tests;

/// <summary>The SVG of every recipe shows what its PNG shows, in any viewer.</summary>
public sealed class SvgTests
{
    // Pixels: half a line's width and what rounding takes.
    private const double Nearby = 0.75;

    public static TheoryData<string> Ids => [.. Samples.All.Select(sample => sample.Recipe.Id)];

    public static TheoryData<string> IdsOfResults => [.. Samples.OfResults.Select(sample => sample.Recipe.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void All_text_is_text_in_one_font_with_a_fallback_and_a_place_for_each_letter(string id)
    {
        var (recipe, svg) = Draw(id);

        Assert.Contains(recipe.Title, svg.Texts.Select(text => text.Text));
        Assert.All(svg.Texts, text =>
        {
            Assert.Equal(FigureFont.WithFallbacks(FigureFont.Choose(FigureFont.Installed())!), text.Font);
            Assert.EndsWith(", sans-serif", text.Font, StringComparison.Ordinal);
            Assert.Equal(text.Text.Length, text.Letters.Count);
            Assert.Equal(text.Letters.Order(), text.Letters);
        });
    }

    [Theory]
    [MemberData(nameof(IdsOfResults))]
    public void Numbers_stand_at_the_height_of_their_tick(string id)
    {
        var (recipe, svg) = Draw(id);

        // The ticks of the vertical axis, or of the colour bar.
        var ticks = svg.Elements("path").Where(path => path.Attribute("stroke")?.Value == "#888")
            .Select(path => SvgPicture.Numbers(path.Attribute("d")!.Value))
            .Where(line => line is [var left, var y, var right, var same] && y == same && Math.Abs(right - left) is > 3 and < 5)
            .Select(line => (X: line[0], Y: line[1])).ToList();
        Assert.InRange(ticks.Count, 3, 20);
        var texts = svg.Texts.Where(text => !text.IsRotated).ToList();
        Assert.All(ticks, tick => Assert.Contains(texts, text => IsBeside(text, tick.X) && Math.Abs(Middle(text) - tick.Y) < Nearby));

        bool IsBeside(SvgText text, double x) => (x < recipe.Size.Width / 2 ? x - text.X : text.X - x) is > 0 and < 60;
    }

    [Fact]
    public void Hatched_bars_have_their_stripes()
    {
        var (_, svg) = Draw("table1-bars");

        // A path for each of nine groups and for the legend.
        MethodKey[] methods = [new("lora", null), new("dora", null), new("oft", null), new("adalora", null)];
        foreach (var (_, style) in MethodStyle.Assign(methods))
        {
            var stripes = svg.Filled(style.Color.Lighten(0.65).ToHex()).Where(element => element.Name.LocalName == "path");
            Assert.Equal(style.Hatch is null ? 0 : 10, stripes.Count());
        }
    }

    [Fact]
    public void Whiskers_end_at_their_interval_or_where_the_metric_does()
    {
        using var folder = new FigureFolder();
        var recipe = new GroupedBarFigure("whiskers", "Whiskers", "Section 1", "score", [new("rte", "accuracy", "RTE")])
        {
            Baseline = 50,
            Largest = 100,
        };
        var svg = new SvgPicture(folder.Draw(recipe, Samples.Set([Samples.Row("lora", 98, standardError: 10)])).Svg);

        // A line with two caps; the outlines of the legend's boxes have no gaps.
        var whisker = svg.Elements("path").Where(path => path.Attribute("stroke")?.Value == "#333")
            .Select(path => path.Attribute("d")!.Value).Single(path => path.Count(letter => letter == 'M') == 3);
        var ticks = svg.Texts.Where(text => double.TryParse(text.Text, CultureInfo.InvariantCulture, out _) && !text.IsRotated)
            .ToDictionary(text => double.Parse(text.Text, CultureInfo.InvariantCulture), Middle);
        var (low, high) = (ticks.Keys.Min(), ticks.Keys.Max());
        double Height(double value) => ticks[low] + ((value - low) / (high - low) * (ticks[high] - ticks[low]));
        var ends = SvgPicture.Numbers(whisker).Where((_, i) => i % 2 == 1).ToList();
        Assert.InRange(ends.Min(), Height(100) - Nearby, Height(100) + Nearby);
        Assert.InRange(ends.Max(), Height(98 - 19.6) - Nearby, Height(98 - 19.6) + Nearby);
    }

    private static double Middle(SvgText digits)
    {
        var typeface = ScottPlot.Fonts.GetTypeface(FigureFont.Choose(FigureFont.Installed())!, bold: false, italic: false);
        using var font = new SkiaSharp.SKFont(typeface, (float)digits.FontSize);
        return digits.Baseline - (font.Metrics.CapHeight / 2);
    }

    private static (FigureRecipe Recipe, SvgPicture Svg) Draw(string id)
    {
        using var folder = new FigureFolder();
        var (recipe, results) = Samples.All.Single(sample => sample.Recipe.Id == id);
        return (recipe, new SvgPicture(folder.Draw(recipe, results).Svg));
    }
}
