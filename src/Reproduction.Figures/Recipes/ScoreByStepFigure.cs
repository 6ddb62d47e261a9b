using Reproduction.Figures.Charts;
using ScottPlot;

namespace Reproduction.Figures;

/// <summary>A score at some checkpoints of training, one line for each method, with 95 % intervals (Figure 1, right).</summary>
/// <param name="id">The file name without extension.</param>
/// <param name="title">The title.</param>
/// <param name="paperReference">Where it stands in the paper.</param>
/// <param name="metric">The metric, as in results.csv.</param>
/// <param name="yLabel">The label of the vertical axis, with its unit.</param>
public sealed class ScoreByStepFigure(string id, string title, string paperReference, string metric, string yLabel)
    : FigureRecipe(id, title, paperReference)
{
    /// <summary>The task, or null for the only one.</summary>
    public string? Task { get; init; }

    /// <summary>The rank, or null for all.</summary>
    public int? Rank { get; init; }

    /// <inheritdoc/>
    public override string? Missing(ResultSet results) =>
        Select(results).MissingSteps(positive: false, $"no {metric} is measured yet at any step");

    private protected override void Build(Plot plot, ResultSet results) =>
        new LineChart("training step", yLabel, LogX: false, LogY: false, Bands: false, "95 % interval")
            .Draw(plot, Select(results).ByStep(Selection.SeedInterval), results.Profile);

    private Selection Select(ResultSet results) => new(Id, results, metric, Task, Rank);
}
