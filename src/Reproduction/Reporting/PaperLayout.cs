using System.Globalization;
using Microsoft.Data.Analysis;
using Reproduction.Published;

namespace Reproduction.Reporting;

/// <summary>
/// Artefacts as the paper prints them: methods down, tasks across, each cell "measured ± half width (published)", the rank
/// likewise where it is another one; below them the methods that only we measured. Values along the training are left to
/// figures, and numbers of parameters to the share beside them.
/// </summary>
internal static class PaperLayout
{
    private const string NotMeasured = "–";

    /// <summary>A table an artefact.</summary>
    /// <param name="rows">The published values beside the measured ones.</param>
    /// <param name="unpublished">The values of methods that the artefacts do not have.</param>
    public static IEnumerable<ReportTable> Of(IEnumerable<ComparisonRow> rows, IEnumerable<UnpublishedValue> unpublished)
    {
        var ours = unpublished.ToLookup(value => value.Artefact);
        return rows
            .Where(row => row.Published.Step is null && row.Published.Metric != PlannedRows.Parameters)
            .GroupBy(row => row.Published.Artefact)
            .Select(artefact => Table(artefact.Key, [.. artefact], [.. ours[artefact.Key]]));
    }

    private static ReportTable Table(string artefact, List<ComparisonRow> rows, List<UnpublishedValue> unpublished)
    {
        var columns = rows.Select(row => (row.Published.Task, row.Published.Metric)).Distinct().ToList();
        var units = rows.ToLookup(row => row.Published.Metric, row => row.Published.Unit);
        var lines = new List<(string Method, Dictionary<(string Task, string Metric), string> Cells)>();
        lines.AddRange(rows.GroupBy(row => (row.Published.Method, row.Published.Rank)).Select(method => (
            Method(method.Key.Method, method.Key.Rank, method),
            method.ToDictionary(row => (row.Published.Task, row.Published.Metric), row => $"{Measured(row.Measured)} ({ResultTables.Printed(row.Published)})"))));
        lines.AddRange(unpublished.GroupBy(value => value.Method).SelectMany(OfOneMethod));
        return new ReportTable($"{artefact}: measured (published)", new DataFrame(
        [
            new StringDataFrameColumn("method", lines.Select(line => line.Method)),
            .. columns.Select(column => new StringDataFrameColumn(
                Name(column.Task, column.Metric), lines.Select(line => line.Cells.GetValueOrDefault(column, "")))),
        ]));

        string Name(string task, string metric)
        {
            var withUnit = ResultTables.Metric(metric, null, units[metric].First());
            return task.Length == 0 ? withUnit : columns.Count(other => other.Task == task) == 1 ? task : $"{task} {withUnit}";
        }
    }

    // A line a measured rank. What follows from shapes has the rank of the paper's size: where there is one such rank only, it
    // stands in every line.
    private static IEnumerable<(string Method, Dictionary<(string Task, string Metric), string> Cells)> OfOneMethod(IGrouping<string, UnpublishedValue> method)
    {
        var ranks = method.Where(value => value.Measured.Seeds > 0).Select(value => value.Measured.Rank).Distinct();
        var isOnePlanned = method.Where(value => value.Measured.Seeds == 0).DistinctBy(value => value.Measured.Rank).Count() == 1;
        return ranks.Select(rank => (
            ResultTables.Method(method.Key, rank),
            method.Where(value => value.Measured.Rank == rank || (isOnePlanned && value.Measured.Seeds == 0))
                .ToDictionary(value => (value.Task, value.Metric), value => Measured(value.Measured))));
    }

    private static string Method(string method, int? published, IEnumerable<ComparisonRow> rows)
    {
        var measured = rows.FirstOrDefault(row => row.Measured is { Seeds: > 0 })?.Measured?.Rank ?? published;
        return measured == published
            ? ResultTables.Method(method, published)
            : string.Create(CultureInfo.InvariantCulture, $"{ResultTables.Method(method, measured)} ({published})");
    }

    private static string Measured(MeasuredValue? measured) => measured is null
        ? NotMeasured
        : ResultTables.Interval(ReportTable.Number(measured.Mean), measured.Mean, measured.HalfWidth);
}
