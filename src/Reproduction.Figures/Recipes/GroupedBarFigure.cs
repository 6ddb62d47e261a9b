using Reproduction.Figures.Charts;
using ScottPlot;

namespace Reproduction.Figures;

/// <summary>
/// A table as bars: a group for each task, a bar for each method, the published value hollow beside the measured one, with
/// 95 % intervals over seeds (or from the standard error of a single run).
/// </summary>
/// <param name="id">The file name without extension.</param>
/// <param name="title">The title.</param>
/// <param name="paperReference">Where it stands in the paper.</param>
/// <param name="yLabel">The label of the vertical axis, with its unit.</param>
/// <param name="groups">The groups from left to right; those without any measured value are left out.</param>
public sealed class GroupedBarFigure(string id, string title, string paperReference, string yLabel, IReadOnlyList<BarGroup> groups)
    : FigureRecipe(id, title, paperReference)
{
    /// <summary>
    /// Where the bars stand. A baseline other than 0 is said at the axis, and is lowered where a value lies below it.
    /// </summary>
    public double Baseline { get; init; }

    /// <summary>The largest value that the metrics can have, such as 100 for percentages; intervals are cut there.</summary>
    public double Largest { get; init; } = double.PositiveInfinity;

    /// <inheritdoc/>
    public override string? Missing(ResultSet results) => Drawn(results) is { Count: > 0 } drawn
        ? drawn.Exists(group => Select(group, results).HasNumber) ? null : Selection.NoNumber
        : $"nothing is measured yet of {string.Join(", ", groups.Select(group => $"{group.Metric} of {group.Label}"))}";

    private protected override void Build(Plot plot, ResultSet results)
    {
        var drawn = Drawn(results);
        var series = drawn.SelectMany((group, x) => Select(group, results).AtEnd(x))
            .GroupBy(one => (one.Key, one.Origin, one.Rank))
            .Select(same => new DataSeries(same.Key.Key, same.Key.Origin, [.. same.SelectMany(one => one.Points)]) { Rank = same.Key.Rank })
            .ToList();
        new BarChart([.. drawn.Select(group => group.Label)], yLabel, Baseline, Largest).Draw(plot, series, results.Profile);
    }

    private List<BarGroup> Drawn(ResultSet results) => [.. groups.Where(group => Select(group, results).HasMeasured)];

    private Selection Select(BarGroup group, ResultSet results) => new(Id, results, group.Metric, group.Task);
}
