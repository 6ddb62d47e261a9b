using System.Text.Json;

namespace ModelZoo.Checkpoints;

/// <summary>A model's config.json, read with errors that name file, key, what was found and what was expected.</summary>
internal sealed class ConfigJson : IDisposable
{
    private readonly string _path;
    private readonly JsonDocument _document;

    private ConfigJson(string path, JsonDocument document)
    {
        _path = path;
        _document = document;
    }

    public static ConfigJson Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{path}: no such file, expected the model's {Path.GetFileName(path)}.", path);
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(File.ReadAllBytes(path));
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path}: found text that is not JSON: {exception.Message}", exception);
        }

        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            using (document)
            {
                throw new InvalidDataException($"{path}: found JSON {document.RootElement.ValueKind}, expected an object.");
            }
        }

        return new ConfigJson(path, document);
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
            { ValueKind: JsonValueKind.Number } element => element.GetDouble(),
            _ => throw Unexpected(key, "a number"),
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

    /// <summary>The number of members of an object, or null where the key is absent.</summary>
    public int? Count(string key) =>
        Find(key) switch
        {
            null => null,
            { ValueKind: JsonValueKind.Object } element => element.EnumerateObject().Count(),
            _ => throw Unexpected(key, "an object"),
        };

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

    public void RequireOrAbsent(string key, int expected)
    {
        if (Integer(key, expected) != expected)
        {
            throw Unexpected(key, $"{expected}");
        }
    }

    public InvalidDataException Unexpected(string key, string expected) =>
        new($"{_path}: key '{key}': found {Find(key)?.GetRawText() ?? "nothing"}, expected {expected}.");

    public void Dispose() => _document.Dispose();

    private JsonElement? Find(string key) =>
        _document.RootElement.TryGetProperty(key, out var element) && element.ValueKind != JsonValueKind.Null ? element : null;
}
