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
    /// <exception cref="UserErrorException">A line is broken, or there twice; the message names file and line.</exception>
    public static IReadOnlyList<ResultRow> Read(string path)
    {
        using var table = new CsvTable(path, Columns);
        var rows = new List<ResultRow>();
        var found = new HashSet<(string Profile, string Trial, string Metric, int? Step)>();
        while (table.Read())
        {
            rows.Add(new ResultRow(
                table.Text("experiment"), table.Text("profile"), table.Text("method"), table.OptionalInt("rank"),
                table.Text("task"), table.OptionalInt("seed"), table.OptionalInt("step"), table.Text("metric"),
                table.Number("value"), table.OptionalInt("n"), table.OptionalNumber("stderr"), table.Text("unit"))
            {
                Variant = table.Text("variant"),
                PublishedRank = table.OptionalInt("published_rank"),
            });
            var (row, trial) = (rows[^1], rows[^1].TrialKey);
            if (!found.Add((row.Profile, trial, row.Metric, row.Step)))
            {
                throw table.Error($"{row.Metric} of {trial} a second time", "one value of each trial, metric and step");
            }
        }

        return rows;
    }

    private static IEnumerable<ResultRow> Sorted(IEnumerable<ResultRow> rows) => rows
        .OrderBy(row => row.Method, StringComparer.Ordinal).ThenBy(row => row.Variant, StringComparer.Ordinal).ThenBy(row => row.Rank)
        .ThenBy(row => row.Task, StringComparer.Ordinal).ThenBy(row => row.Seed)
        .ThenBy(row => row.Metric, StringComparer.Ordinal).ThenBy(row => row.Step);

    private static string Text(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Text(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
