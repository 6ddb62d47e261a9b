using System.Text.Json;

namespace Tasks.Glue;

/// <summary>Reads JSON lines with the keys <c>sentence1</c>, <c>sentence2</c> (pairs only) and <c>label</c>.</summary>
internal static class GlueJsonLinesReader
{
    /// <param name="task">The task; its labels are written as in the TSV files, as text or as a number.</param>
    /// <param name="path">The file.</param>
    public static IReadOnlyList<GlueExample> Read(GlueTask task, string path)
    {
        var examples = new List<GlueExample>();
        foreach (var line in Utf8Lines.Read(path))
        {
            examples.Add(Parse(task, line, path, examples.Count + 1));
        }

        return examples.Count > 0 ? examples : throw new DataFormatException(path, 1, "no examples", "at least one");
    }

    private static GlueExample Parse(GlueTask task, string text, string path, int line)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return Example(task, document.RootElement, path, line);
        }
        catch (JsonException exception)
        {
            throw new DataFormatException(path, line, $"text that is not JSON ({exception.Message})", "one JSON object");
        }
        catch (InvalidOperationException)
        {
            // The parser accepts an escape such as \ud800 without its other half; only reading the string fails.
            throw new DataFormatException(path, line, "an escape of one half of a surrogate pair", "text in Unicode");
        }
    }

    private static GlueExample Example(GlueTask task, JsonElement element, string path, int line)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new DataFormatException(path, line, $"a JSON {element.ValueKind}", "one JSON object");
        }

        var label = Value(element, "label", path, line);
        return new GlueExample(
            Text(element, "sentence1", path, line),
            task.IsPair ? Text(element, "sentence2", path, line) : null,
            GlueLabels.Parse(task, label.ValueKind == JsonValueKind.String ? label.GetString()! : label.GetRawText(), path, line));
    }

    private static string Text(JsonElement element, string key, string path, int line)
    {
        var value = Value(element, key, path, line);
        return value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new DataFormatException(path, line, $"'{key}' of kind {value.ValueKind}", "a string");
    }

    private static JsonElement Value(JsonElement element, string key, string path, int line)
    {
        var found = element.EnumerateObject().Where(property => property.Name == key).ToList();
        return found switch
        {
            [var property] => property.Value,
            [] => throw new DataFormatException(
                path, line, $"the keys {string.Join(", ", element.EnumerateObject().Select(property => property.Name))}", $"a key '{key}'"),
            _ => throw new DataFormatException(path, line, $"the key '{key}' twice", "it once"),
        };
    }
}
