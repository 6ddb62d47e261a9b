using Reproduction;
using Reproduction.Figures;

namespace SpectralExperiments.Tests;

public sealed class FontTests
{
    [Theory]
    [InlineData("DejaVu Sans", "Arial", "dejavu sans", "DejaVu Serif")]
    [InlineData("Liberation Sans", "Arial", "Liberation Sans")]
    [InlineData(null, "DejaVu Serif", "DejaVu Sans Mono")]
    [InlineData(null)]
    public void The_first_family_of_the_list_that_is_installed_is_taken(string? expected, params string[] installed) =>
        Assert.Equal(expected, FigureFont.Choose(installed));

    [Fact]
    public void This_machine_has_a_font_that_knows_the_signs_of_figures()
    {
        var family = FigureFont.Choose(FigureFont.Installed());
        Assert.True(family is not null, FigureFont.NoneInstalled);

        var typeface = ScottPlot.Fonts.GetTypeface(family, bold: false, italic: false);

        Assert.Equal(family, typeface.FamilyName);
        Assert.True(typeface.ContainsGlyphs("0123456789,.e-–%"), $"{family} lacks a sign");
    }

    [Fact]
    public void Without_a_font_nothing_is_drawn_old_files_stay_and_the_message_names_the_package()
    {
        using var folder = new FigureFolder();
        var results = Samples.Set([Samples.Row("lora", 1, step: 1)]);
        var before = folder.Draw(Recipe(), results);
        var bare = Recipe([]);

        var error = Assert.Throws<UserErrorException>(() => bare.Draw(results, folder.Path));

        Assert.Equal(bare.Unavailable, error.Message);
        Assert.Contains("fonts-dejavu-core", error.Message, StringComparison.Ordinal);
        Assert.Equal(["fonts.png", "fonts.svg"], folder.Files);
        Assert.Equal(before.Svg, File.ReadAllText(Path.Combine(folder.Path, "fonts.svg")));
        Assert.Null(Recipe().Unavailable);
    }

    private static ScoreByStepFigure Recipe(string[]? fonts = null) =>
        new("fonts", "Fonts", "Section 1", "accuracy", "accuracy") { InstalledFonts = fonts is null ? FigureFont.Installed : () => fonts };
}
