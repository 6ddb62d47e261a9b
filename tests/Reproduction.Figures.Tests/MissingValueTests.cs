using Reproduction;
using Reproduction.Figures;

namespace SpectralExperiments.Tests;

/// <summary>A value that cannot be drawn is left out and marked, and the rest of the figure is drawn.</summary>
public sealed class MissingValueTests
{
    private const string NoNumber = "× not a number";
    private const string NoPositive = "× not a positive number";

    private static readonly GroupedBarFigure Bars =
        new("bars", "Bars", "Section 1", "score", [new("rte", "accuracy", "RTE"), new("stsb", "pearson", "STS-B")]) { Baseline = 50 };

    public static TheoryData<string> Recipes => [.. Samples.OfResults.Select(sample => sample.Recipe.Id)];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void A_score_that_is_no_number_is_marked(string id)
    {
        var (recipe, results) = Samples.All.Single(sample => sample.Recipe.Id == id);
        foreach (var bad in (double[])[double.NaN, double.PositiveInfinity, double.NegativeInfinity])
        {
            using var folder = new FigureFolder();
            var rows = results.Rows.ToList();
            var at = rows.FindIndex(rows.Count / 2, row => row.Metric != "trainable_parameters");
            rows[at] = rows[at] with { Value = bad };

            var drawn = folder.Draw(recipe, results with { Rows = rows });

            var svg = new SvgPicture(drawn.Svg);
            Assert.DoesNotContain("nan", drawn.Svg, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("infinity", drawn.Svg, StringComparison.OrdinalIgnoreCase);
            Assert.Contains(svg.Texts, text => text.Text is NoNumber or NoPositive);
            Assert.DoesNotContain(new SvgPicture(folder.Draw(recipe, results).Svg).Texts, text => text.Text is NoNumber or NoPositive);
        }
    }

    [Fact]
    public void Other_bars_stay_as_they_are_and_the_missing_one_has_no_colour()
    {
        using var folder = new FigureFolder();
        ResultRow[] Rows(double pearson) =>
        [
            Samples.Row("lora", 80), Samples.Row("spectral-a", 90), Samples.Row("lora", 75, "pearson", "stsb"),
            Samples.Row("spectral-a", pearson, "pearson", "stsb"),
        ];

        var (good, broken) = (Draw(60), Draw(double.NaN));

        Assert.Contains(broken.Svg.Texts, text => text.Text == NoNumber);
        Assert.Contains(broken.Svg.Texts, text => text.Text == "STS-B");
        // Two bars of LoRA, one of spectral A, and a box of each in the legend.
        Assert.Equal(3, broken.Svg.Filled("#005A8C").Count());
        Assert.Equal(2, broken.Svg.Filled("#D55E00").Count());
        Assert.Equal(3, good.Svg.Filled("#D55E00").Count());
        Assert.Equal((0, 1), (Crosses(good.Svg), Crosses(broken.Svg)));

        static int Crosses(SvgPicture svg) => svg.Elements("path").Count(path =>
            path.Attribute("stroke")?.Value == "#D55E00" && path.Attribute("d")!.Value.Count(letter => letter == 'M') == 2);

        (SvgPicture Svg, byte[] Png) Draw(double pearson)
        {
            var (svg, png) = folder.Draw(Bars, Samples.Set(Rows(pearson)));
            return (new SvgPicture(svg), png);
        }
    }

    [Fact]
    public void One_broken_seed_leaves_no_mean()
    {
        var results = Samples.Set([Samples.Row("lora", 80, seed: 0), Samples.Row("lora", double.NaN, seed: 1), Samples.Row("dora", 3)]);

        var points = new Selection("f", results, "accuracy").AtEnd(0).ToDictionary(one => one.Key.Method, one => one.Points.Single());

        Assert.Equal(new DataPoint(0, double.NaN), points["lora"]);
        Assert.Equal(3, points["dora"].Value);
    }

    [Fact]
    public void Without_any_number_a_figure_says_so()
    {
        using var folder = new FigureFolder();
        foreach (var (recipe, results) in Samples.OfResults)
        {
            var broken = results with
            {
                Rows = [.. results.Rows.Select(row => row.Metric == "trainable_parameters" ? row : row with { Value = double.NaN })],
                Published = [],
            };

            Assert.Equal("no measured value is a finite number", recipe.Missing(broken));
        }
    }

    [Theory]
    [InlineData("fig1-loss", "training_loss")]
    [InlineData("spectrum", "singular_value")]
    public void Zero_is_marked_on_a_logarithmic_axis(string id, string metric)
    {
        using var folder = new FigureFolder();
        var (recipe, results) = Samples.All.Single(sample => sample.Recipe.Id == id);
        var rows = results.Rows.ToList();
        var at = rows.FindLastIndex(row => row.Metric == metric);
        rows[at] = rows[at] with { Value = 0 };

        var svg = new SvgPicture(folder.Draw(recipe, results with { Rows = rows }).Svg);

        Assert.Contains(svg.Texts, text => text.Text == NoPositive);
    }

    [Fact]
    public void A_gap_in_a_curve_is_not_smoothed_over_and_breaks_the_line()
    {
        var series = new DataSeries(
            new MethodKey("lora", null), ValueOrigin.Measured,
            [.. Enumerable.Range(0, 100).Select(i => new DataPoint(i, i is 50 or 51 ? double.NaN : 3))]);

        var smoothed = series.Smoothed(0.2);

        Assert.All(smoothed.Points, point => Assert.Equal(point.X is 50 or 51 ? double.NaN : 3, point.Value));
        Assert.Equal(100, smoothed.Trace.Count);
        using var folder = new FigureFolder();
        var recipe = new ScoreByStepFigure("gap", "Gap", "Section 1", "accuracy", "score");
        int Lines(double third) => new SvgPicture(folder.Draw(recipe, Samples.Set(
            [.. Enumerable.Range(0, 5).Select(i => Samples.Row("spectral-a", i == 2 ? third : 60 + i, step: i))])).Svg)
            .Elements("path").Count(path => path.Attribute("stroke")?.Value.Equals("#D55E00", StringComparison.OrdinalIgnoreCase) == true
                && path.Attribute("d")!.Value.Count(letter => letter == 'L') == 1);
        Assert.Equal(Lines(62) + 2, Lines(double.NaN));
    }

    [Fact]
    public void Equal_seeds_and_right_answers_alone_have_an_interval_or_none()
    {
        var right = Samples.Row("lora", 100) with { N = 10, StandardError = 0, Unit = "%" };
        var results = Samples.Set(
        [
            right, Samples.Row("dora", 70, seed: 0), Samples.Row("dora", 70, seed: 1),
            .. Enumerable.Range(0, 3).Select(seed => right with { Method = "oft", Seed = seed }),
        ]);

        var points = new Selection("f", results, "accuracy").AtEnd(0).ToDictionary(one => one.Key.Method, one => one.Points.Single());

        Assert.Equal(72.25, points["lora"].Low!.Value, 0.01);
        Assert.Equal(72.25, points["oft"].Low!.Value, 0.01);
        Assert.Equal(100, points["oft"].High!.Value, 1e-9);
        Assert.Null(points["dora"].Low);
    }

    [Fact]
    public void Rows_that_stand_twice_are_refused()
    {
        var results = Samples.Set([Samples.Row("lora", 80), Samples.Row("lora", 80), Samples.Row("lora", 81, seed: 1)]);

        var error = Assert.Throws<UserErrorException>(() => new Selection("f", results, "accuracy").AtEnd(0));

        Assert.Equal("Sample, mini: found 2 values of accuracy of lora on rte at seed 0, expected one.", error.Message);
        var steps = Samples.Set([Samples.Row("lora", 80, step: 5), Samples.Row("lora", 80, step: 5)]);
        error = Assert.Throws<UserErrorException>(() => new Selection("f", steps, "accuracy").ByStep(Selection.SeedRange));
        Assert.Contains("at step 5 at seed 0", error.Message, StringComparison.Ordinal);
    }
}
