using System.Globalization;
using System.Xml.Linq;
using Reproduction;
using Reproduction.Figures;

namespace SpectralExperiments.Tests;

public sealed class RecipeTests
{
    public static TheoryData<string> Ids => [.. Samples.All.Select(sample => sample.Recipe.Id)];

    public static TheoryData<string> IdsOfResults => [.. Samples.OfResults.Select(sample => sample.Recipe.Id)];

    [Fact]
    public void Every_kind_of_recipe_has_a_sample_with_an_id_of_its_own()
    {
        var kinds = typeof(FigureRecipe).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(FigureRecipe)) && !type.IsAbstract);

        Assert.Equal(
            kinds.Select(type => type.Name).Order(StringComparer.Ordinal),
            Samples.All.Select(sample => sample.Recipe.GetType().Name).Order(StringComparer.Ordinal));
        Assert.Distinct(Samples.All.Select(sample => sample.Recipe.Id));
        Assert.All(Samples.All, sample => Assert.Null(sample.Recipe.Missing(sample.Results)));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_recipe_draws_every_series_into_both_files_and_leaves_nothing_else(string id)
    {
        using var folder = new FigureFolder();
        var (recipe, results) = Sample(id);

        var (svg, png) = folder.Draw(recipe, results);

        Assert.Equal([$"{id}.png", $"{id}.svg"], folder.Files);
        var image = new PngImage(png);
        Assert.Equal((2 * recipe.Size.Width, 2 * recipe.Size.Height), (image.Width, image.Height));
        Assert.InRange(image.Count(255, 255, 255), image.Width * image.Height / 10, image.Width * image.Height * 98 / 100);
        var root = XDocument.Parse(svg).Root!;
        Assert.DoesNotMatch(@"[0-9]\.[0-9]{3}", string.Join(' ', root.Descendants().Attributes("d").Select(outline => outline.Value)));
        Assert.Equal($"{recipe.Size.Width}", root.Attribute("width")!.Value);
        Assert.DoesNotContain("nan", svg, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("infinity", svg, StringComparison.OrdinalIgnoreCase);
        var keys = results.Rows.Where(row => row.Metric != "trainable_parameters")
            .Select(row => new MethodKey(row.Method, null)).Distinct();
        Assert.All(MethodStyle.Assign(keys), method => Assert.InRange(
            image.Count(method.Style.Color.Red, method.Style.Color.Green, method.Style.Color.Blue), 100, image.Width * image.Height / 5));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_figure_is_the_same_bytes_each_time_and_under_a_culture_with_commas(string id)
    {
        using var folder = new FigureFolder();
        var (recipe, results) = Sample(id);
        var before = folder.Draw(recipe, results);
        var culture = CultureInfo.CurrentCulture;
        try
        {
            var commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            commas.NumberFormat.NumberDecimalSeparator = ",";
            commas.NumberFormat.NumberGroupSeparator = ".";
            commas.NumberFormat.NegativeSign = "~";
            CultureInfo.CurrentCulture = commas;

            var after = folder.Draw(recipe, results);

            Assert.Equal(before.Svg, after.Svg);
            Assert.Equal(before.Png, after.Png);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Theory]
    [MemberData(nameof(IdsOfResults))]
    public void Without_measured_values_a_recipe_says_what_is_missing(string id)
    {
        using var folder = new FigureFolder();
        var (recipe, results) = Sample(id);
        var empty = results with { Rows = [] };

        Assert.NotNull(recipe.Missing(empty));
        var error = Assert.Throws<UserErrorException>(() => recipe.Draw(empty, folder.Path));

        Assert.Equal($"figure {id}: {recipe.Missing(empty)}.", error.Message);
        Assert.Empty(folder.Files);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    public void A_budget_without_a_place_on_the_logarithmic_axis_is_refused(double parameters)
    {
        using var folder = new FigureFolder();
        var (recipe, results) = Sample("fig6-budget");
        var rows = results.Rows.ToList();
        var at = rows.FindLastIndex(row => row.Metric == "trainable_parameters");
        rows[at] = rows[at] with { Value = parameters };

        var error = Assert.Throws<UserErrorException>(() => recipe.Draw(results with { Rows = rows }, folder.Path));

        Assert.Contains($"trainable_parameters of {rows[at].Method}", error.Message, StringComparison.Ordinal);
        Assert.Contains($"is {parameters}; expected a positive number", error.Message, StringComparison.Ordinal);
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void A_score_without_its_budget_is_missing_it()
    {
        var (recipe, results) = Sample("fig6-budget");
        var rows = results.Rows.Where(row => (row.Method, row.Rank, row.Metric) != ("lora", 2, "trainable_parameters"));

        Assert.Equal(
            "alignment of lora at rank 2 has no trainable_parameters beside it", recipe.Missing(results with { Rows = [.. rows] }));
    }

    [Fact]
    public void Titles_are_escaped_and_described()
    {
        using var folder = new FigureFolder();
        const string title = "A < B & \"C\" > 'D' µ";
        var recipe = new ScoreByStepFigure("escaped", title, "Section <1>", "accuracy", "y & z");

        var (svg, _) = folder.Draw(recipe, Samples.Set([Samples.Row("lora", 1, step: 1), Samples.Row("lora", 2, step: 2)]));

        var root = XDocument.Parse(svg).Root!;
        Assert.Equal(title, root.Element(root.Name.Namespace + "title")!.Value);
        Assert.Equal("Section <1>", root.Element(root.Name.Namespace + "desc")!.Value);
    }

    [Fact]
    public void Figures_on_one_page_share_no_ids_and_refer_to_their_own()
    {
        using var folder = new FigureFolder();
        var all = Samples.All.Select(sample => XDocument.Parse(folder.Draw(sample.Recipe, sample.Results).Svg)).ToList();

        Assert.Distinct(all.SelectMany(Ids));
        Assert.All(all, document =>
        {
            var ids = Ids(document).ToHashSet();
            Assert.All(
                document.Descendants().Attributes().Where(
                    attribute => attribute.Name.LocalName == "href" && attribute.Value.StartsWith('#')),
                attribute => Assert.Contains(attribute.Value[1..], ids));
        });

        static IEnumerable<string> Ids(XDocument document) =>
            document.Descendants().Attributes("id").Select(attribute => attribute.Value);
    }

    [Theory]
    [MemberData(nameof(IdsOfResults))]
    public void Reference_values_are_drawn_beside_measured_ones_and_without_them(string id)
    {
        using var folder = new FigureFolder();
        var (recipe, results) = Sample(id);
        var alone = folder.Draw(recipe, results).Png;
        var both = results with { Reference = [.. results.Rows.Select(row => row with { Value = row.Value * 1.05 })] };

        Assert.NotEqual(alone, folder.Draw(recipe, both).Png);
        Assert.Null(recipe.Missing(both with { Rows = [] }));
        folder.Draw(recipe, both with { Rows = [] });
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_error_and_stays_away()
    {
        using var folder = new FigureFolder();
        var (recipe, results) = Samples.All[0];
        var nowhere = Path.Combine(folder.Path, "nowhere");

        Assert.Throws<DirectoryNotFoundException>(() => recipe.Draw(results, nowhere));

        Assert.False(Directory.Exists(nowhere));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Table 1")]
    [InlineData("../table1")]
    public void Ids_are_plain_file_names(string id) =>
        Assert.Throws<ArgumentException>(() => new ScoreByStepFigure(id, "title", "Section 1", "accuracy", "accuracy"));

    [Fact]
    public void One_value_of_one_method_can_be_drawn_by_every_recipe()
    {
        using var folder = new FigureFolder();
        foreach (var (recipe, results) in Samples.OfResults)
        {
            var row = results.Rows[0];
            var rows = results.Rows
                .Where(other => (other.Method, other.Rank, other.Seed, other.Step) == (row.Method, row.Rank, row.Seed, row.Step)
                    || (other.Method, other.Rank, other.Metric) == (row.Method, row.Rank, "trainable_parameters")).Take(2);

            var image = new PngImage(folder.Draw(recipe, results with { Rows = [.. rows], Published = [] }).Png);

            Assert.True(image.Count(255, 255, 255) < image.Width * image.Height);
        }
    }

    [Fact]
    public void Bars_below_the_baseline_lower_it_and_a_negative_score_can_be_drawn()
    {
        using var folder = new FigureFolder();
        var recipe = new GroupedBarFigure("low", "Low", "Section 1", "score", [new("rte", "accuracy", "RTE")]) { Baseline = 50 };

        var image = new PngImage(folder.Draw(recipe, Samples.Set([Samples.Row("lora", 47), Samples.Row("spectral-a", -3)])).Png);

        Assert.True(image.Count(0, 0x5A, 0x8C) > 10_000);
        Assert.True(image.Count(0xD5, 0x5E, 0) > 1_000);
    }

    [Fact]
    public void One_wide_interval_does_not_squeeze_the_other_bars()
    {
        using var folder = new FigureFolder();
        var recipe = new GroupedBarFigure("wide", "Wide", "Section 1", "score", [new("rte", "accuracy", "RTE")])
        {
            Baseline = 50,
            Largest = 100,
        };
        int Area(params double[] lora) => new PngImage(folder.Draw(recipe, Samples.Set(
        [
            .. lora.Select((value, seed) => Samples.Row("lora", value, seed: seed)),
            .. lora.Select((_, seed) => Samples.Row("spectral-a", 99 + (0.1 * seed), seed: seed)),
        ])).Png).Count(0xD5, 0x5E, 0);

        // The mean is 60 in both; the interval of the second goes from -60 to 180.
        Assert.InRange(Area(20, 61, 99) / (double)Area(59, 60, 61), 0.9, 1.1);
    }

    private static (FigureRecipe Recipe, ResultSet Results) Sample(string id) => Samples.All.Single(sample => sample.Recipe.Id == id);
}
