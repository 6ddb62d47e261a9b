using System.Globalization;
using CsvHelper;

namespace Reproduction.Storage;

/// <summary>Reads and writes results.csv: sorted, invariant culture, "\n" line ends.</summary>
public static class ResultsCsv
{
    private static readonly string[] Columns =
    [
        "experiment", "profile", "method", "variant", "rank", "published_rank", "task", "seed", "step", "metric", "value", "n", "stderr",
        "unit",
    ];

    /// <summary>The file's text: equal rows give equal bytes, whatever their order and the user's culture.</summary>
    public static string Format(IEnumerable<ResultRow> rows)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = CsvWriter.Create(text, CsvWriterOptions.Default with { NewLine = "\n" }, leaveOpen: true))
        {
            csv.WriteRecord(Columns);
            foreach (var row in Sorted(rows))
            {
                csv.WriteRecord(
                    row.Experiment, row.Profile, row.Method, row.Variant, Text(row.Rank), Text(row.PublishedRank), row.Task,
                    Text(row.Seed), Text(row.Step), row.Metric, Text(row.Value), Text(row.N), Text(row.StandardError), row.Unit);
            }
        }

        return text.ToString();
    }

    /// <summary>Reads a file written by <see cref="Format"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="experiment">The experiment that all values must be of; null for any.</param>
    /// <param name="profile">The profile that all values must be of; null for any.</param>
    /// <exception cref="UserErrorException">
    /// A line is broken, of another experiment or profile, or there twice; the message names file, line and column.
    /// </exception>
    public static IReadOnlyList<ResultRow> Read(string path, string? experiment = null, string? profile = null)
    {
        using var table = new CsvTable(path, Columns);
        var rows = new List<ResultRow>();
        var lines = new Dictionary<object, long>();
        var trials = new Dictionary<object, (long Line, int? PublishedRank)>();
        while (table.Read())
        {
            var row = Row(table);
            Require(table, "experiment", experiment);
            Require(table, "profile", profile);
            if (RowRules.Problem(row) is { } problem)
            {
                throw table.Error(problem.Found, problem.Expected);
            }

            if (!lines.TryAdd((row.Experiment, row.Profile, RowRules.Key(row)), table.Line))
            {
                throw table.Error(
                    $"{row.Metric} of {row.TrialKey} again (first in line {lines[(row.Experiment, row.Profile, RowRules.Key(row))]})",
                    "one value of each trial, metric and step");
            }

            var trial = (row.Experiment, row.Profile, row.Method, row.Variant, row.Rank, row.Task, row.Seed);
            if (!trials.TryAdd(trial, (table.Line, row.PublishedRank)) && trials[trial].PublishedRank != row.PublishedRank)
            {
                throw table.Error(
                    row.PublishedRank is null ? "no published_rank" : $"published_rank \"{Text(row.PublishedRank)}\"",
                    $"{(trials[trial].PublishedRank is { } rank ? Text(rank) : "none")} as in line {trials[trial].Line}");
            }

            rows.Add(row);
        }

        return rows;
    }

    private static ResultRow Row(CsvTable table) => new(
        table.Text("experiment"), table.Text("profile"), table.Text("method"), table.OptionalInt("rank"),
        table.Text("task"), table.OptionalInt("seed"), table.OptionalInt("step"), table.Text("metric"),
        table.Number("value"), table.OptionalInt("n"), table.OptionalNumber("stderr"), table.Text("unit"))
    {
        Variant = table.Text("variant"),
        PublishedRank = table.OptionalInt("published_rank"),
    };

    private static void Require(CsvTable table, string column, string? expected)
    {
        if (expected is not null && table.Text(column) != expected)
        {
            throw table.Error($"{column} \"{table.Text(column)}\"", $"\"{expected}\"");
        }
    }

    private static IEnumerable<ResultRow> Sorted(IEnumerable<ResultRow> rows) => rows
        .OrderBy(row => row.Method, StringComparer.Ordinal).ThenBy(row => row.Variant, StringComparer.Ordinal).ThenBy(row => row.Rank)
        .ThenBy(row => row.Task, StringComparer.Ordinal).ThenBy(row => row.Seed)
        .ThenBy(row => row.Metric, StringComparer.Ordinal).ThenBy(row => row.Step);

    private static string Text(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Text(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
