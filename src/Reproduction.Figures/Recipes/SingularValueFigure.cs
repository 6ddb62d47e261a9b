using Reproduction.Figures.Charts;
using ScottPlot;

namespace Reproduction.Figures;

/// <summary>
/// Singular values by their index (the row's step, from 1) on a logarithmic axis, one line for each method, with the range over
/// seeds as a band.
/// </summary>
/// <param name="id">The file name without extension.</param>
/// <param name="title">The title.</param>
/// <param name="paperReference">Where it stands in the paper.</param>
/// <param name="metric">The metric, as in results.csv.</param>
/// <param name="yLabel">The label of the vertical axis.</param>
public sealed class SingularValueFigure(string id, string title, string paperReference, string metric, string yLabel)
    : FigureRecipe(id, title, paperReference)
{
    /// <summary>The task (the matrix), or null for the only one.</summary>
    public string? Task { get; init; }

    /// <inheritdoc/>
    public override string? Missing(ResultSet results) => Select(results).MissingSteps(positive: true, $"no {metric} is measured yet");

    private protected override void Build(Plot plot, ResultSet results)
    {
        var series = Select(results).ByStep(Selection.SeedRange).Select(one => one.Positive()).ToList();
        new LineChart("index", yLabel, LogX: false, LogY: true, Bands: true, "range over seeds").Draw(plot, series, results.Profile);
    }

    private Selection Select(ResultSet results) => new(Id, results, metric, Task);
}
