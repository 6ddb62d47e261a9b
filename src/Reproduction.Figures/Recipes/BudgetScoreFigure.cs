using System.Globalization;
using Reproduction.Figures.Charts;
using Reproduction.Published;
using ScottPlot;

namespace Reproduction.Figures;

/// <summary>
/// A score against the number of trainable parameters on a logarithmic axis: one point for each method and rank, the points
/// of a method joined (Figure 6).
/// </summary>
/// <param name="id">The file name without extension.</param>
/// <param name="title">The title.</param>
/// <param name="paperReference">Where it stands in the paper.</param>
/// <param name="metric">The score's metric, as in results.csv.</param>
/// <param name="yLabel">The label of the vertical axis, with its unit.</param>
public sealed class BudgetScoreFigure(string id, string title, string paperReference, string metric, string yLabel)
    : FigureRecipe(id, title, paperReference)
{
    private const string BudgetMetric = PlannedRows.Parameters;

    /// <summary>The task, or null for the only one.</summary>
    public string? Task { get; init; }

    /// <inheritdoc/>
    public override string? Missing(ResultSet results)
    {
        var scores = Scores(results).Where(series => series.Origin != ValueOrigin.Published).ToList();
        var budgets = Budgets(results);
        return scores.Count == 0 ? $"no {metric} is measured yet"
            : scores.Find(series => !budgets.ContainsKey((series.Key, series.Origin, series.Rank))) is { Key: var key }
                ? FormattableString.Invariant($"{metric} of {key.Method} at rank {key.Rank} has no {BudgetMetric} beside it")
            : scores.TrueForAll(series => series.Points[0].IsMissing) ? Selection.NoNumber
            : null;
    }

    private protected override void Build(Plot plot, ResultSet results)
    {
        var budgets = Budgets(results);
        var series = Scores(results)
            .Where(score => budgets.ContainsKey((score.Key, score.Origin, score.Rank)))
            .GroupBy(score => (score.Key.Method, score.Origin))
            .Select(method => new DataSeries(
                new MethodKey(method.Key.Method, null),
                method.Key.Origin,
                [.. method.Select(score => score.Points[0] with { X = Budget(score) }).OrderBy(point => point.X)]))
            .ToList();
        new LineChart("trainable parameters", yLabel, LogX: true, LogY: false, Bands: false, "95 % interval")
            .Draw(plot, series, results.Profile);

        double Budget(DataSeries score)
        {
            var budget = budgets[(score.Key, score.Origin, score.Rank)];
            return budget > 0
                ? budget
                : throw Error(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{BudgetMetric} of {score.Key.Method} at rank {score.Key.Rank} is {budget}; expected a positive number for "
                    + $"the logarithmic axis"));
        }
    }

    private IReadOnlyList<DataSeries> Scores(ResultSet results) => new Selection(Id, results, metric, Task).AtEnd(0);

    // Measured and published models differ in size, so each score has the budget of its own origin.
    private Dictionary<(MethodKey Key, ValueOrigin Origin, int? Rank), double> Budgets(ResultSet results) =>
        new Selection(Id, results, BudgetMetric).AtEnd(0).ToDictionary(
            series => (series.Key, series.Origin, series.Rank), series => series.Points[0].Value);
}
