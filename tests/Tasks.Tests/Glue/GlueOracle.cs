using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tasks.Glue;

namespace Tasks.Tests.Glue;

/// <summary>Another reading of GLUE files, from their description; null where they are damaged.</summary>
internal static partial class GlueOracle
{
    /// <summary>The examples of a TSV file.</summary>
    public static List<GlueExample>? Tsv(GlueTask task, byte[] bytes)
    {
        if (Lines(bytes) is not { } lines)
        {
            return null;
        }

        var rows = lines.Select(line => line.Split('\t')).ToList();
        var columns = task.HeaderlessColumns?.ToArray();
        if (columns is null)
        {
            columns = rows.FirstOrDefault();
            rows = [.. rows.Skip(1)];
        }

        if (columns is null || rows.Count == 0 || rows.Exists(row => row.Length != columns.Length))
        {
            return null;
        }

        var wanted = new[] { task.LabelColumn, task.Sentence1Column, task.Sentence2Column }.OfType<string>().ToList();
        if (wanted.Any(name => columns.Count(column => column == name) != 1))
        {
            return null;
        }

        var at = wanted.Select(name => Array.IndexOf(columns, name)).ToArray();
        return Examples(task, rows.Select(row => (row[at[1]], at.Length > 2 ? row[at[2]] : null, row[at[0]])));
    }

    /// <summary>The examples of a file of JSON lines.</summary>
    public static List<GlueExample>? JsonLines(GlueTask task, byte[] bytes)
    {
        if (Lines(bytes) is not { Count: > 0 } lines)
        {
            return null;
        }

        var rows = new List<(string, string?, string)>();
        foreach (var line in lines)
        {
            if (Fields(line) is not { } fields
                || Text(fields, "sentence1") is not { } first || Text(fields, "sentence2") is not { } second
                || fields["label"].ToList() is not [var label])
            {
                return null;
            }

            rows.Add((first, second, label.Text));
        }

        return Examples(task, rows);

        static string? Text(ILookup<string, (bool IsText, string Text)> fields, string key) =>
            fields[key].ToList() is [(true, var text)] ? text : null;
    }

    /// <summary>Lines without the blank ones at the end; null for bytes that are not UTF-8.</summary>
    public static List<string>? Lines(byte[] bytes)
    {
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
            var lines = LineEnd().Split(text.StartsWith('\uFEFF') ? text[1..] : text).ToList();
            while (lines.Count > 0 && lines[^1].Trim().Length == 0)
            {
                lines.RemoveAt(lines.Count - 1);
            }

            return lines;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static List<GlueExample>? Examples(GlueTask task, IEnumerable<(string First, string? Second, string Label)> rows)
    {
        var examples = new List<GlueExample>();
        foreach (var (first, second, label) in rows)
        {
            float? value = task.IsRegression
                ? double.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out var score) && score is >= 0 and <= 5
                    ? (float)score
                    : null
                : task.Labels.ToList().IndexOf(label) is var index and >= 0 ? index : null;
            if (value is null)
            {
                return null;
            }

            examples.Add(new GlueExample(first, second, value.Value));
        }

        return examples;
    }

    // The members of one object, doubled ones included; nested values as their raw text.
    private static ILookup<string, (bool IsText, string Text)>? Fields(string line)
    {
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(line));
            var fields = new List<(string Key, (bool, string) Value)>();
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var key = reader.GetString()!;
                reader.Read();
                fields.Add((key, reader.TokenType == JsonTokenType.String
                    ? (true, reader.GetString()!)
                    : (false, JsonElement.ParseValue(ref reader).GetRawText())));
            }

            // What follows the object is an error of the reader.
            return reader.Read() ? null : fields.ToLookup(field => field.Key, field => field.Value);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    [GeneratedRegex("\r\n|\n|\r")]
    private static partial Regex LineEnd();
}
