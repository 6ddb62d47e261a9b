using System.Globalization;
using Microsoft.Data.Analysis;
using Reproduction.Published;

namespace Reproduction.Reporting;

/// <summary>
/// Artefacts as the paper prints them: methods down, tasks across, each cell "measured ± half width [reference] (published)", or
/// "value planned (published)" where it follows from shapes, the rank likewise where it is another one; below them the methods that
/// only we measured. Values along the training are left to figures, and numbers of parameters to the share beside them.
/// </summary>
internal static class PaperLayout
{
    private const string NotMeasured = "–";

    // A column of a task that cannot rank methods.
    private const string UnrankedMark = " †";

    /// <summary>A table for each artefact.</summary>
    /// <param name="rows">The published values beside the measured ones.</param>
    /// <param name="unpublished">The values of methods that the artefacts do not have.</param>
    /// <param name="unranked">The tasks that claims leave out; their columns are marked.</param>
    /// <param name="whole">What the rows are a part of, in the paper's order, which the columns keep; by default the rows.</param>
    public static IEnumerable<ReportTable> Of(
        IEnumerable<ComparisonRow> rows, IEnumerable<UnpublishedValue> unpublished, IReadOnlyDictionary<string, string> unranked,
        IReadOnlyList<ComparisonRow>? whole = null)
    {
        var part = rows.ToList();
        var ours = unpublished.ToLookup(value => value.Artefact);
        var columns = (whole ?? part).Select(Column).Distinct().ToList();
        return part
            .Where(row => row.Published.Step is null && row.Published.Metric != PlannedRows.Parameters)
            .GroupBy(row => row.Published.Artefact)
            .Select(artefact => Table(artefact.Key, [.. artefact], columns, [.. ours[artefact.Key]], unranked));
    }

    /// <summary>A table for each artefact of what the methods gain over one of them, in the columns of the artefact.</summary>
    /// <param name="summary">The gains, and the published values that give the columns their order.</param>
    public static IEnumerable<ReportTable> Gains(ExperimentSummary summary)
    {
        var order = summary.Comparison.Select(Column).Distinct().ToList();
        foreach (var artefact in summary.Gains.GroupBy(gain => gain.Artefact))
        {
            var columns = order.Intersect(artefact.Select(gain => (gain.Task, gain.Metric))).ToList();
            var lines = artefact.GroupBy(gain => ResultTables.Method(gain.Method, gain.Measured.Rank, gain.Measured.PublishedRank))
                .ToDictionary(
                    method => method.Key, method => method.ToDictionary(gain => (gain.Task, gain.Metric), gain => Signed(gain.Measured)));
            yield return new ReportTable($"{artefact.Key}: gain over {summary.FloorMethod}", new DataFrame(
            [
                new StringDataFrameColumn("method", lines.Keys),
                .. columns.Select(column => new StringDataFrameColumn(
                    Name(column, columns, artefact.First(gain => gain.Metric == column.Metric).Measured.Unit, summary.Unranked),
                    lines.Values.Select(cells => cells.GetValueOrDefault(column, "")))),
            ]));
        }
    }

    /// <summary>What the mark of columns means; null where none is marked.</summary>
    public static string? UnrankedNote(IReadOnlyDictionary<string, string> unranked) => unranked.Count == 0
        ? null
        : $"† Left out of claims and averages: {string.Join("; ", unranked.Select(pair => $"{pair.Key}, {pair.Value}"))}.";

    private static (string Task, string Metric) Column(ComparisonRow row) => (row.Published.Task, row.Published.Metric);

    private static ReportTable Table(
        string artefact, List<ComparisonRow> rows, List<(string Task, string Metric)> order, List<UnpublishedValue> unpublished,
        IReadOnlyDictionary<string, string> unranked)
    {
        var columns = order.Intersect(rows.Select(Column)).ToList();
        var units = rows.ToLookup(row => row.Published.Metric, row => row.Published.Unit);
        var lines = new List<(string Method, Dictionary<(string Task, string Metric), string> Cells)>();
        lines.AddRange(rows.GroupBy(row => (row.Published.Method, row.Published.Rank)).Select(method => (
            ResultTables.Method(method.Key.Method, Rank(method) ?? method.Key.Rank, method.Key.Rank),
            method.ToDictionary(
                Column,
                row => $"{Cell(row.Measured, row.Reference)} ({ResultTables.Printed(row.Published)})"))));
        lines.AddRange(unpublished.GroupBy(value => value.Method).SelectMany(OfOneMethod));
        var reference = rows.Any(row => row.Reference is not null) || unpublished.Any(value => value.Reference is not null)
            ? " [reference]"
            : "";
        return new ReportTable($"{artefact}: measured{reference} (published)", new DataFrame(
        [
            new StringDataFrameColumn("method", lines.Select(line => line.Method)),
            .. columns.Select(column => new StringDataFrameColumn(
                Name(column, columns, units[column.Metric].First(), unranked),
                lines.Select(line => line.Cells.GetValueOrDefault(column, "")))),
        ]));
    }

    private static string Name(
        (string Task, string Metric) column, List<(string Task, string Metric)> columns, string unit,
        IReadOnlyDictionary<string, string> unranked)
    {
        var withUnit = ResultTables.Metric(column.Metric, null, unit);
        var name = column.Task.Length == 0 ? withUnit
            : columns.Count(other => other.Task == column.Task) == 1 ? column.Task
            : $"{column.Task} {withUnit}";
        return unranked.ContainsKey(column.Task) ? name + UnrankedMark : name;
    }

    private static string Signed(MeasuredValue gain) => (gain.Mean > 0 ? "+" : "") + ResultTables.Measured(gain);

    // The rank that was run, or else that of the reference.
    private static int? Rank(IEnumerable<ComparisonRow> rows) => rows
        .SelectMany(row => (MeasuredValue?[])[row.Measured, row.Reference])
        .FirstOrDefault(value => value is { IsPlanned: false })?.Rank;

    // A line for each measured rank. What follows from shapes has the rank of the paper's size: where there is one such rank only, it
    // stands in every line.
    private static IEnumerable<(string Method, Dictionary<(string Task, string Metric), string> Cells)> OfOneMethod(
        IGrouping<string, UnpublishedValue> method)
    {
        var ranks = method.Where(value => !value.Measured.IsPlanned)
            .Select(value => (value.Measured.Rank, value.Measured.PublishedRank)).Distinct();
        var isOnePlanned = method.Where(value => value.Measured.IsPlanned).DistinctBy(value => value.Measured.Rank).Count() == 1;
        return ranks.Select(rank => (
            ResultTables.Method(method.Key, rank.Rank, rank.PublishedRank),
            method.Where(value => value.Measured.Rank == rank.Rank || (isOnePlanned && value.Measured.IsPlanned))
                .DistinctBy(value => (value.Task, value.Metric))
                .ToDictionary(value => (value.Task, value.Metric), value => Cell(value.Measured, value.Reference))));
    }

    private static string Cell(MeasuredValue? measured, MeasuredValue? reference)
    {
        var text = measured is null
            ? NotMeasured
            : ResultTables.Measured(measured) + (measured.IsPlanned ? " planned" : "");
        return reference is null ? text : $"{text} [{ReportTable.Number(reference.Mean)}]";
    }
}
