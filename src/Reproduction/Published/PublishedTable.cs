using System.Globalization;
using Reproduction.Claims;
using Reproduction.Storage;

namespace Reproduction.Published;

/// <summary>The published numbers: every file of data/published but the claims.</summary>
public static class PublishedTable
{
    private static readonly string[] Columns =
    [
        "artefact", "method", "rank", "task", "step", "metric", "value", "stderr", "reading_error", "unit", "source", "confidence",
    ];

    private static readonly string[] Confidences = ["V", "C", "S", "D"];

    /// <summary>Reads the values of some artefacts from all files of a folder.</summary>
    /// <param name="folder">data/published.</param>
    /// <param name="artefacts">The artefacts wanted, in the order wanted.</param>
    /// <exception cref="UserErrorException">A file is broken, a key appears twice, or an artefact is nowhere.</exception>
    public static IReadOnlyList<PublishedValue> Load(string folder, IReadOnlyList<string> artefacts)
    {
        if (artefacts.Count == 0)
        {
            return [];
        }

        if (!Directory.Exists(folder))
        {
            throw new UserErrorException($"{folder}: there is no such folder; the published numbers are expected there.");
        }

        var all = new Dictionary<object, (PublishedValue Value, string Path)>();
        foreach (var path in Directory.EnumerateFiles(folder, "*.csv")
            .Where(path => Path.GetFileName(path) != ClaimTable.FileName).Order(StringComparer.Ordinal))
        {
            foreach (var value in Read(path))
            {
                if (!all.TryAdd(Key(value), (value, path)))
                {
                    throw new UserErrorException($"{path}: found the key {Key(value)} again (it also stands in {all[Key(value)].Path}), "
                        + "expected each key in one file.");
                }
            }
        }

        var byArtefact = all.Values.ToLookup(entry => entry.Value.Artefact, entry => entry.Value);
        return [.. artefacts.SelectMany(artefact => byArtefact.Contains(artefact)
            ? byArtefact[artefact]
            : throw new UserErrorException($"{folder}: found no file with values of {artefact}, expected one."))];
    }

    /// <summary>Reads one file.</summary>
    /// <exception cref="UserErrorException">A line is broken or repeats a key; the message names file and line.</exception>
    public static IReadOnlyList<PublishedValue> Read(string path)
    {
        using var table = new CsvTable(path, Columns);
        var values = new List<PublishedValue>();
        var lines = new Dictionary<object, long>();
        while (table.Read())
        {
            var value = Value(table);
            var key = Key(value);
            if (!lines.TryAdd(key, table.Line))
            {
                throw table.Error(
                    $"the key {key} again (first in line {lines[key]})", "each artefact, method, rank, task, step and metric once");
            }

            values.Add(value);
        }

        return values;
    }

    private static object Key(PublishedValue value) => (value.Artefact, value.Method, value.Rank, value.Task, value.Step, value.Metric);

    private static PublishedValue Value(CsvTable table)
    {
        foreach (var column in (string[])["artefact", "method", "metric", "source"])
        {
            if (table.Text(column).Length == 0)
            {
                throw table.Error($"no {column}", "a text");
            }
        }

        var confidence = table.Text("confidence");
        if (!Confidences.Contains(confidence))
        {
            throw table.Error($"confidence \"{confidence}\"", $"one of {string.Join(", ", Confidences)}");
        }

        foreach (var (column, least) in ((string, int)[])[("rank", 1), ("step", 0)])
        {
            if (table.OptionalInt(column) < least)
            {
                throw table.Error(
                    $"{column} \"{table.Text(column)}\"", string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} on"));
            }
        }

        foreach (var (column, least) in ((string, double)[])[("value", double.NegativeInfinity), ("stderr", 0), ("reading_error", 0)])
        {
            if (table.OptionalNumber(column) is { } number && !(double.IsFinite(number) && number >= least))
            {
                throw table.Error(
                    $"{column} \"{table.Text(column)}\"", column == "value" ? "a finite number" : "a finite number from 0 on");
            }
        }

        return new PublishedValue(
            table.Text("artefact"), table.Text("method"), table.OptionalInt("rank"), table.Text("task"), table.OptionalInt("step"),
            table.Text("metric"), table.Number("value"), Decimals(table.Text("value")), table.OptionalNumber("stderr"),
            table.OptionalNumber("reading_error"), table.Text("unit"), table.Text("source"), confidence);
    }

    // 1e-5 is printed with five.
    private static int Decimals(string text)
    {
        var parts = text.Split('e', 'E');
        var point = parts[0].IndexOf('.', StringComparison.Ordinal);
        var exponent = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        return Math.Max(0, (point < 0 ? 0 : parts[0].Length - point - 1) - exponent);
    }
}
