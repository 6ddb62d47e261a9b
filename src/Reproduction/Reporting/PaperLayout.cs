using Microsoft.Data.Analysis;
using Reproduction.Published;

namespace Reproduction.Reporting;

/// <summary>
/// Artefacts as the paper prints them: methods down, tasks across, each cell "measured (published)". Values along the
/// training are left to figures, and numbers of parameters to the share beside them.
/// </summary>
internal static class PaperLayout
{
    private const string NotMeasured = "–";

    /// <summary>A table an artefact.</summary>
    public static IEnumerable<ReportTable> Of(IEnumerable<ComparisonRow> rows) => rows
        .Where(row => row.Published.Step is null && row.Published.Metric != PlannedRows.Parameters)
        .GroupBy(row => row.Published.Artefact)
        .Select(artefact => Table(artefact.Key, [.. artefact]));

    private static ReportTable Table(string artefact, List<ComparisonRow> rows)
    {
        var methods = rows.Select(Method).Distinct().ToList();
        var columns = rows.Select(row => (row.Published.Task, row.Published.Metric)).Distinct().ToList();
        var cells = rows.ToDictionary(row => (Method(row), row.Published.Task, row.Published.Metric), Cell);
        var units = rows.ToLookup(row => row.Published.Metric, row => row.Published.Unit);
        return new ReportTable($"{artefact}: measured (published)", new DataFrame(
        [
            new StringDataFrameColumn("method", methods),
            .. columns.Select(column => new StringDataFrameColumn(
                Name(column.Task, column.Metric), methods.Select(method => cells.GetValueOrDefault((method, column.Task, column.Metric), "")))),
        ]));

        string Name(string task, string metric)
        {
            var withUnit = ResultTables.Metric(metric, null, units[metric].First());
            return task.Length == 0 ? withUnit : columns.Count(other => other.Task == task) == 1 ? task : $"{task} {withUnit}";
        }
    }

    private static string Method(ComparisonRow row) => ResultTables.Method(row.Published.Method, row.Published.Rank);

    private static string Cell(ComparisonRow row) =>
        $"{(row.Measured is { } measured ? ReportTable.Number(measured.Mean) : NotMeasured)} ({ResultTables.Printed(row.Published)})";
}
