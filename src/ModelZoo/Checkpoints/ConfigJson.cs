using System.Text.Json;

namespace ModelZoo.Checkpoints;

/// <summary>
/// A JSON file beside a model's weights, such as config.json, read with errors that name file, key, what was found and what was
/// expected.
/// </summary>
internal sealed class ConfigJson : IDisposable
{
    /// <summary>The file, for messages.</summary>
    public string Path { get; }

    private readonly JsonDocument _document;

    private ConfigJson(string path, JsonDocument document)
    {
        Path = path;
        _document = document;
    }

    public static ConfigJson Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{path}: no such file, expected the model's {System.IO.Path.GetFileName(path)}.", path);
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(File.ReadAllBytes(path));
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException(
                $"{path}: found text that is not JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}), "
                    + "expected an object.",
                exception);
        }

        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            using (document)
            {
                throw new InvalidDataException($"{path}: found {Kind(document.RootElement)}, expected an object.");
            }
        }

        try
        {
            return Doubled(document.RootElement) is { } doubled
                ? throw new InvalidDataException($"{path}: key '{doubled}': found twice, expected once.")
                : new ConfigJson(path, document);
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException)
        {
            document.Dispose();

            // JsonDocument decodes a text where it is asked for, and an invalid one fails there.
            throw exception as InvalidDataException
                ?? new InvalidDataException($"{path}: found text that is not Unicode, expected JSON in UTF-8.", exception);
        }
    }

    public int Integer(string key, int? absent = null) =>
        Find(key) switch
        {
            null => absent ?? throw Unexpected(key, "an integer"),
            { ValueKind: JsonValueKind.Number } element when element.TryGetInt32(out var value) => value,
            _ => throw Unexpected(key, "an integer"),
        };

    public double Number(string key, double absent) =>
        Find(key) switch
        {
            null => absent,
            { ValueKind: JsonValueKind.Number } element when element.TryGetDouble(out var value) && double.IsFinite(value) => value,
            _ => throw Unexpected(key, "a finite number"),
        };

    public bool Boolean(string key, bool absent) =>
        Find(key) switch
        {
            null => absent,
            { ValueKind: JsonValueKind.True } => true,
            { ValueKind: JsonValueKind.False } => false,
            _ => throw Unexpected(key, "true or false"),
        };

    /// <summary>The strings of an array, or a single string.</summary>
    public IReadOnlyList<string> Texts(string key) =>
        Find(key) switch
        {
            { ValueKind: JsonValueKind.String } element => [element.GetString()!],
            { ValueKind: JsonValueKind.Array } array when array.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) =>
                [.. array.EnumerateArray().Select(item => item.GetString()!)],
            _ => throw Unexpected(key, "a string or an array of strings"),
        };

    /// <summary>The value of a key, or null where it is absent or null.</summary>
    public JsonElement? Find(string key) =>
        _document.RootElement.TryGetProperty(key, out var element) && element.ValueKind != JsonValueKind.Null ? element : null;

    /// <summary>Whether the key is there, be its value null.</summary>
    public bool Contains(string key) => _document.RootElement.TryGetProperty(key, out _);

    /// <summary>The keys and their values.</summary>
    public IEnumerable<JsonProperty> Items() => _document.RootElement.EnumerateObject();

    public void Require(string key, string expected)
    {
        if (Find(key) is not { ValueKind: JsonValueKind.String } element || element.GetString() != expected)
        {
            throw Unexpected(key, $"\"{expected}\"");
        }
    }

    public void Require(string key, bool expected)
    {
        if (Find(key)?.ValueKind != (expected ? JsonValueKind.True : JsonValueKind.False))
        {
            throw Unexpected(key, expected ? "true" : "false");
        }
    }

    public void RequireOrAbsent(string key, string expected)
    {
        if (Find(key) is not null)
        {
            Require(key, expected);
        }
    }

    public void RequireOrAbsent(string key, bool expected)
    {
        if (Find(key) is not null)
        {
            Require(key, expected);
        }
    }

    /// <summary>Requires an object or an array without members where the key is there.</summary>
    public void RequireEmptyOrAbsent(string key)
    {
        var isEmpty = Find(key) switch
        {
            null => true,
            { ValueKind: JsonValueKind.Object } element => !element.EnumerateObject().Any(),
            { ValueKind: JsonValueKind.Array } element => element.GetArrayLength() == 0,
            _ => false,
        };
        if (!isEmpty)
        {
            throw Unexpected(key, "none");
        }
    }

    public void RequireOrAbsent(string key, int expected)
    {
        if (Integer(key, expected) != expected)
        {
            throw Unexpected(key, $"{expected}");
        }
    }

    public InvalidDataException Unexpected(string key, string expected) =>
        new($"{Path}: key '{key}': found {Find(key)?.GetRawText() ?? "nothing"}, expected {expected}.");

    public void Dispose() => _document.Dispose();

    private static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };

    /// <summary>A key that an object of the document has twice: readers differ in which value they take. Decodes every text.</summary>
    /// <exception cref="InvalidOperationException">A text is not Unicode.</exception>
    private static string? Doubled(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var keys = new HashSet<string>();
                return element.EnumerateObject().Select(item => keys.Add(item.Name) ? Doubled(item.Value) : item.Name)
                    .FirstOrDefault(name => name is not null);
            case JsonValueKind.Array:
                return element.EnumerateArray().Select(Doubled).FirstOrDefault(name => name is not null);
            case JsonValueKind.String:
                element.GetString();
                return null;
            default:
                return null;
        }
    }
}
