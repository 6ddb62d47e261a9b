using System.Globalization;
using Microsoft.Data.Analysis;
using Reproduction.Claims;
using Reproduction.Published;
using Reproduction.Statistics;

namespace Reproduction.Reporting;

/// <summary>The tables of a report.</summary>
internal static class ResultTables
{
    private const char Between = '\u001f';
    private const int FewestForIqm = 4;

    /// <summary>Published values beside measured ones.</summary>
    public static ReportTable Beside(string title, IReadOnlyCollection<ComparisonRow> rows) => new(title, new DataFrame(
        new StringDataFrameColumn("artefact", rows.Select(row => row.Published.Artefact)),
        new StringDataFrameColumn("method", rows.Select(row => Method(row.Published.Method, row.Published.Rank, row.Published.Rank))),
        new StringDataFrameColumn("task", rows.Select(row => row.Published.Task)),
        new StringDataFrameColumn("metric", rows.Select(row => Metric(row.Published.Metric, row.Published.Step, row.Published.Unit))),
        new StringDataFrameColumn("published", rows.Select(row => Interval(
            Printed(row.Published), row.Published.Value, row.Published.StandardError))),
        new StringDataFrameColumn("reference", rows.Select(row => Measured(row.Reference))),
        new StringDataFrameColumn("measured", rows.Select(row => Measured(row.Measured is { IsPlanned: false } run ? run : null))),
        new StringDataFrameColumn("planned", rows.Select(row => Measured(row.Measured is { IsPlanned: true } plan ? plan : null))),
        new Int32DataFrameColumn("seeds", rows.Select(row => row.Measured is { IsPlanned: false } measured ? measured.Seeds : (int?)null)),
        new StringDataFrameColumn("verdict", rows.Select(row => row.Verdict.ToString()))));

    /// <summary>Claims with their verdicts.</summary>
    public static ReportTable Claims(string title, IReadOnlyCollection<ClaimResult> claims) => new(title, new DataFrame(
        new StringDataFrameColumn("claim", claims.Select(claim => claim.Text)),
        new StringDataFrameColumn("source", claims.Select(claim => claim.Source)),
        new StringDataFrameColumn("verdict", claims.Select(claim => claim.Verdict.ToString().ToUpperInvariant()))));

    /// <summary>The number of comparisons with each verdict: one line for each report.</summary>
    public static ReportTable Verdicts(IEnumerable<ExperimentSummary> all)
    {
        // A sweep has nothing to compare.
        var summaries = all.Where(summary => !summary.Profile.IsSweep).ToList();
        IEnumerable<DataFrameColumn> columns =
        [
            new StringDataFrameColumn("experiment", summaries.Select(summary => summary.Experiment)),
            new StringDataFrameColumn("profile", summaries.Select(summary => summary.Profile.Name)),
            new StringDataFrameColumn("paper", summaries.Select(summary => summary.PaperSection)),
            .. Enum.GetValues<VerdictKind>().Select(kind => new Int32DataFrameColumn(
                kind.ToString(), summaries.Select(summary => summary.Comparison.Count(row => row.Verdict.Kind == kind)))),
        ];
        return new ReportTable("", new DataFrame(columns));
    }

    /// <summary>
    /// Means over seeds at the end of the trials: one table for each metric, methods down, tasks across, then the half
    /// widths of the 95 % intervals where there are several seeds, and the interquartile mean over tasks and seeds.
    /// </summary>
    public static IEnumerable<ReportTable> Means(IReadOnlyList<ResultRow> rows) => rows
        .Where(row => row.Step is null)
        .GroupBy(row => (row.Metric, row.Unit))
        .OrderBy(group => group.Key.Metric, StringComparer.Ordinal)
        .Select(group => Means(Metric(group.Key.Metric, null, group.Key.Unit), [.. group]));

    private static ReportTable Means(string title, IReadOnlyList<ResultRow> rows)
    {
        var methods = rows.Select(row => Method(row.Method, row.Rank, row.PublishedRank, row.Variant)).Distinct().ToList();
        var tasks = rows.Select(row => row.Task).Distinct().ToList();
        var values = new DataFrame(
            new StringDataFrameColumn(
                "cell", rows.Select(row => Cell(Method(row.Method, row.Rank, row.PublishedRank, row.Variant), row.Task))),
            new DoubleDataFrameColumn("value", rows.Select(row => row.Value)));
        var means = values.GroupBy<string>("cell").Mean("value");
        var byCell = new Dictionary<string, double?>(StringComparer.Ordinal);
        for (var row = 0L; row < means.Rows.Count; row++)
        {
            byCell[(string)means[row, 0]] = (double?)means[row, 1];
        }

        var samples = rows.ToLookup(row => Cell(Method(row.Method, row.Rank, row.PublishedRank, row.Variant), row.Task));
        var ofMethod = rows.ToLookup(row => Method(row.Method, row.Rank, row.PublishedRank, row.Variant), row => row.Value);
        IEnumerable<DataFrameColumn> columns =
        [
            new StringDataFrameColumn("method", methods),
            .. tasks.Select(task => new DoubleDataFrameColumn(
                task.Length == 0 ? "value" : task, methods.Select(method => byCell.GetValueOrDefault(Cell(method, task))))),
            .. tasks.Where(task => methods.Any(method => samples[Cell(method, task)].Count() > 1)).Select(task => new DoubleDataFrameColumn(
                $"± {task}", methods.Select(method => HalfWidth([.. samples[Cell(method, task)]])))),
            .. tasks.Count < FewestForIqm ? Array.Empty<DataFrameColumn>() : [new DoubleDataFrameColumn(
                "IQM", methods.Select(method => Sample.InterquartileMean([.. ofMethod[method]])))],
        ];
        return new ReportTable(title, new DataFrame(columns));

        static double? HalfWidth(List<ResultRow> values) => values.Count > 1 ? ScoreInterval.HalfWidth(values) : null;

        static string Cell(string method, string task) => method + Between + task;
    }

    /// <summary>A method with its rank, and the published one in brackets where that differs.</summary>
    public static string Method(string method, int? rank, int? publishedRank, string variant = "")
    {
        var name = variant.Length == 0 ? method : $"{method} {variant}";
        return rank is not { } r ? name
            : rank == publishedRank || publishedRank is null ? string.Create(CultureInfo.InvariantCulture, $"{name} r={r}")
            : string.Create(CultureInfo.InvariantCulture, $"{name} r={r} ({publishedRank})");
    }

    /// <summary>A value with half the width of its interval; empty for none.</summary>
    public static string Measured(MeasuredValue? value) =>
        value is null ? "" : Interval(ReportTable.Number(value.Mean), value.Mean, value.HalfWidth);

    /// <summary>A metric in words, with its step and unit.</summary>
    public static string Metric(string metric, int? step, string unit) => string.Create(
        CultureInfo.InvariantCulture,
        $"{metric.Replace('_', ' ')}{(step is { } s ? $" at step {s}" : "")}{(unit.Length > 0 ? $" ({unit})" : "")}");

    /// <summary>A published value with the decimals of the paper.</summary>
    public static string Printed(PublishedValue published) =>
        published.Value.ToString("N" + published.Decimals, CultureInfo.InvariantCulture);

    /// <summary>A value with half the width of its interval, where it has one.</summary>
    public static string Interval(string text, double value, double? halfWidth) =>
        halfWidth is { } half ? $"{text} ± {ReportTable.Number(half, like: value)}" : text;
}
