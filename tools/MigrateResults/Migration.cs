using System.Globalization;
using Reproduction;
using Reproduction.Storage;

namespace MigrateResults;

/// <summary>Rewrites a folder of results of format 1: records, results.csv, summary.json.</summary>
internal sealed class Migration(string from, string to, TextWriter output)
{
    private const string Experiment = "DebertaGlue";

    private static readonly string[] OldColumns =
        ["experiment", "profile", "method", "rank", "task", "seed", "step", "metric", "value", "n", "stderr", "unit"];

    /// <summary>Migrates every profile; says how many records and values it moved.</summary>
    /// <exception cref="UserErrorException">There is nothing to migrate, or a file is broken.</exception>
    public int Run()
    {
        var folder = Path.Combine(from, Experiment);
        if (!Directory.Exists(folder))
        {
            throw new UserErrorException($"{folder}: there is no such folder, expected results of {Experiment}.");
        }

        if (Path.GetFullPath(Path.TrimEndingDirectorySeparator(from)) == Path.GetFullPath(Path.TrimEndingDirectorySeparator(to)))
        {
            throw new UserErrorException($"{to}: found the same folder twice, expected another one to write to.");
        }

        foreach (var profile in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            var store = new ResultStore(to, Experiment, Names.Profile(Path.GetFileName(profile)));
            var records = MoveRecords(profile, store);
            var values = MoveValues(profile, store);
            MoveSummary(profile, store);
            output.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{profile} -> {store.Folder}: {records} records, {values} values"));
        }

        return 0;
    }

    private static int MoveRecords(string profile, ResultStore store)
    {
        var runs = Path.Combine(profile, "runs");
        var paths = Directory.Exists(runs) ? Directory.GetFiles(runs, "*.json") : [];
        foreach (var path in paths)
        {
            var (record, key) = OldRecord.Read(path);
            var target = Path.Combine(store.Folder, "runs", key + ".json");
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            Write(target, record);
        }

        return paths.Length;
    }

    private static int MoveValues(string profile, ResultStore store)
    {
        var path = Path.Combine(profile, "results.csv");
        if (!File.Exists(path))
        {
            return 0;
        }

        var rows = new List<ResultRow>();
        using (var table = new CsvTable(path, OldColumns))
        {
            while (table.Read())
            {
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
        }

        Directory.CreateDirectory(store.Folder);
        Write(store.CsvPath, ResultsCsv.Format(rows));
        return rows.Count;
    }

    // A migration may be repeated, but newer results must not be lost.
    private static void Write(string path, string text)
    {
        if (File.Exists(path) && File.ReadAllText(path) != text)
        {
            throw new UserErrorException($"{path}: found other results already, expected an empty folder to write to.");
        }

        File.WriteAllText(path, text);
    }

    // `report` rebuilds it, and takes the provenance from it.
    private static void MoveSummary(string profile, ResultStore store)
    {
        var path = Path.Combine(profile, "summary.json");
        if (File.Exists(path))
        {
            Directory.CreateDirectory(store.Folder);
            File.Copy(path, Path.Combine(store.Folder, "summary.json"), overwrite: true);
        }
    }
}
