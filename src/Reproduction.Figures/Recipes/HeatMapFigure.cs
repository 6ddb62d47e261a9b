using Reproduction.Figures.Charts;
using ScottPlot;

namespace Reproduction.Figures;

/// <summary>A measured metric as a table in colours: a row for each method, a column for each task, means over seeds.</summary>
/// <param name="id">The file name without extension.</param>
/// <param name="title">The title.</param>
/// <param name="paperReference">Where it stands in the paper.</param>
/// <param name="metric">The metric, as in results.csv.</param>
/// <param name="colorLabel">What the colours mean, with the unit.</param>
/// <param name="columns">The columns from left to right.</param>
public sealed class HeatMapFigure(
    string id, string title, string paperReference, string metric, string colorLabel, IReadOnlyList<HeatMapColumn> columns)
    : FigureRecipe(id, title, paperReference)
{
    /// <inheritdoc/>
    public override string? Missing(ResultSet results) => Cells(results).Any(column => column.Count > 0)
        ? null
        : $"no {metric} is measured yet of any of {string.Join(", ", columns.Select(column => column.Label))}";

    private protected override void Build(Plot plot, ResultSet results)
    {
        var cells = Cells(results);
        var methods = MethodStyle.Assign(cells.SelectMany(column => column.Keys));
        var values = new double[methods.Count, columns.Count];
        for (var row = 0; row < methods.Count; row++)
        {
            for (var column = 0; column < columns.Count; column++)
            {
                values[row, column] = cells[column].GetValueOrDefault(methods[row].Key, double.NaN);
            }
        }

        new HeatMapChart([.. methods.Select(method => method.Style.Label)], [.. columns.Select(column => column.Label)], colorLabel)
            .Draw(plot, values);
    }

    /// <summary>For each column, the mean of each method: of the user's own values, or of the reference where there are none.</summary>
    private List<Dictionary<MethodKey, double>> Cells(ResultSet results)
    {
        var series = columns.Select(column => new Selection(Id, results, metric, column.Task).AtEnd(0)).ToList();
        var origin = series.Any(column => column.Any(one => one.Origin == ValueOrigin.Measured))
            ? ValueOrigin.Measured
            : ValueOrigin.Reference;
        return
        [
            .. series.Select(column => column.Where(one => one.Origin == origin).ToDictionary(one => one.Key, one => one.Points[0].Value)),
        ];
    }
}
