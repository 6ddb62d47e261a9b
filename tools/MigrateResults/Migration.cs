using System.Globalization;
using Reproduction;
using Reproduction.Storage;

namespace MigrateResults;

/// <summary>Rewrites a folder of results of format 1: records, results.csv, summary.json.</summary>
internal sealed class Migration(string from, string to, TextWriter output)
{
    private const string Experiment = "DebertaGlue";
    private const string SummaryFile = "summary.json";

    private static readonly string[] OldColumns =
        ["experiment", "profile", "method", "rank", "task", "seed", "step", "metric", "value", "n", "stderr", "unit"];

    /// <summary>
    /// Migrates every profile; says how many records and values it moved. Everything is read before anything is written.
    /// </summary>
    /// <exception cref="UserErrorException">There is nothing to migrate, or a file is broken; nothing has been written.</exception>
    public int Run()
    {
        foreach (var given in (string[])[from, to])
        {
            if (given.Length == 0)
            {
                throw new UserErrorException("expected a folder, found an empty text.");
            }
        }

        var folder = Path.Combine(from, Experiment);
        if (!Directory.Exists(folder))
        {
            throw new UserErrorException($"{folder}: there is no such folder, expected results of {Experiment}.");
        }

        if (Path.GetFullPath(Path.TrimEndingDirectorySeparator(from)) == Path.GetFullPath(Path.TrimEndingDirectorySeparator(to)))
        {
            throw new UserErrorException($"{to}: found the same folder twice, expected another one to write to.");
        }

        var files = new List<(string Path, string Text)>();
        var moved = new List<string>();
        foreach (var profile in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            var store = new ResultStore(to, Experiment, Names.Profile(Path.GetFileName(profile)));
            var (records, values) = (Records(profile, store), Values(profile));
            files.AddRange(records);
            if (values is not null)
            {
                files.Add((store.CsvPath, ResultsCsv.Format(values)));
            }

            // `report` rebuilds it, and takes the provenance from it.
            if (Path.Combine(profile, SummaryFile) is var summary && File.Exists(summary))
            {
                files.Add((Path.Combine(store.Folder, SummaryFile), File.ReadAllText(summary)));
            }

            moved.Add(string.Create(
                CultureInfo.InvariantCulture, $"{profile} -> {store.Folder}: {records.Count} records, {values?.Count ?? 0} values"));
        }

        // A migration may be repeated, but newer results must not be lost.
        foreach (var (path, text) in files)
        {
            if (File.Exists(path) && Path.GetFileName(path) != SummaryFile && File.ReadAllText(path) != text)
            {
                throw new UserErrorException($"{path}: found other results already, expected an empty folder to write to.");
            }
        }

        files.ForEach(file => AtomicFile.Write(file.Path, file.Text));
        moved.ForEach(output.WriteLine);
        return 0;
    }

    private static List<(string Path, string Text)> Records(string profile, ResultStore store)
    {
        var runs = Path.Combine(profile, "runs");
        var paths = Directory.Exists(runs) ? Directory.GetFiles(runs, "*.json") : [];
        return [.. paths.Select(OldRecord.Read).Select(record => (Path.Combine(store.Folder, "runs", record.Key + ".json"), record.Json))];
    }

    private static List<ResultRow>? Values(string profile)
    {
        var path = Path.Combine(profile, "results.csv");
        if (!File.Exists(path))
        {
            return null;
        }

        var rows = new List<ResultRow>();
        using var table = new CsvTable(path, OldColumns);
        while (table.Read())
        {
            if (table.Text("experiment") != Experiment)
            {
                throw table.Error($"experiment \"{table.Text("experiment")}\"", $"\"{Experiment}\"");
            }

            if (table.OptionalInt("seed") is null)
            {
                throw table.Error("no seed", "a whole number from 0 on");
            }

            var (method, variant) = Names.Method(table.Text("method"));
            rows.Add(new ResultRow(
                table.Text("experiment"), Names.Profile(table.Text("profile")), method, table.OptionalInt("rank"), table.Text("task"),
                table.OptionalInt("seed"), table.OptionalInt("step"), Names.Metric(table.Text("metric")), table.Number("value"),
                table.OptionalInt("n"), table.OptionalNumber("stderr"), table.Text("unit"))
            {
                Variant = variant,
                PublishedRank = Names.PublishedRank(method),
            });
        }

        return rows;
    }
}
