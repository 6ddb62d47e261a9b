using Reproduction;
using Reproduction.Figures;
using Reproduction.Published;

namespace SpectralExperiments.Tests;

/// <summary>The paper's numbers under data/published can be drawn as they stand.</summary>
public sealed class PublishedFigureTests
{
    [Theory]
    [InlineData("table1", "accuracy")]
    [InlineData("table2", "gsm8k_strict")]
    [InlineData("figure1", "training_loss")]
    [InlineData("figure1", "gsm8k_flexible")]
    [InlineData("figure6", "alignment_score")]
    public void Published_values_beside_measured_ones_fill_the_figure(string artefact, string metric)
    {
        using var folder = new FigureFolder();
        var published = PublishedTable.Load(Path.Combine(RepositoryPaths.Root, "data", "published"), [artefact]);
        var measured = published.Where(value => value.Method is "lora" or "spectral-a" or "spectral-r").Select(value => new ResultRow(
            "Sample", Profile.PaperName, value.Method, value.Rank, value.Task, 0,
            value.Step, value.Metric, value.Value * 0.97, null, null, value.Unit));
        FigureRecipe recipe = (artefact, metric) switch
        {
            ("figure1", "training_loss") => new TrainingCurveFigure("published", "title", artefact, metric, "loss"),
            ("figure1", _) => new ScoreByStepFigure("published", "title", artefact, metric, "accuracy (%)"),
            ("figure6", _) => new BudgetScoreFigure("published", "title", artefact, metric, "score"),
            _ => new GroupedBarFigure(
                "published", "title", artefact, "score (%)", [.. published.Where(value => value.Metric == metric)
                    .Select(value => value.Task).Distinct().Select(task => new BarGroup(task, metric, task))]),
        };

        var image = new PngImage(folder.Draw(recipe, Samples.Set(measured, published, Profile.PaperName)).Png);

        // Hollow markers and bars of a method that is published only.
        var drawn = published.Where(value => value.Metric == metric).Select(value => new MethodKey(value.Method, null)).Distinct();
        Assert.All(MethodStyle.Assign(drawn), method => Assert.True(
            image.Count(method.Style.Color.Red, method.Style.Color.Green, method.Style.Color.Blue) > 50, method.Style.Label));
    }
}
