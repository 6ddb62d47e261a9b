using System.Text.Json;

namespace Tasks;

/// <summary>A JSON object of a data file, whose errors name its place.</summary>
internal readonly struct JsonRecord
{
    private readonly string _path;
    private readonly string _place;
    private readonly JsonElement _element;

    private JsonRecord(string path, string unit, int number, JsonElement element) =>
        (_path, _place, _element, Number) = (path, $"{unit} {number}", element, number);

    /// <summary>Its line or row, counted from 1.</summary>
    public int Number { get; }

    /// <summary>Reads one object per line.</summary>
    /// <exception cref="DataFormatException">There is no line, or one is not as expected.</exception>
    public static IReadOnlyList<T> ReadLines<T>(string path, Func<JsonRecord, T> parse)
    {
        var values = new List<T>();
        foreach (var line in Utf8Lines.Read(path))
        {
            Parse(path, line, $"line {values.Count + 1}", "one JSON object", element => values.Add(Value(element)));
        }

        return values.Count > 0 ? values : throw new DataFormatException(path, 1, "no examples", "at least one");

        T Value(JsonElement element) => Of(path, "line", values.Count + 1, element, parse);
    }

    /// <summary>Reads an array of objects.</summary>
    /// <exception cref="DataFormatException">The file is no such array, or an object is not as expected.</exception>
    public static IReadOnlyList<T> ReadArray<T>(string path, Func<JsonRecord, T> parse)
    {
        const string Expected = "an array of JSON objects";
        var values = new List<T>();
        Parse(path, string.Join('\n', Utf8Lines.Read(path)), null, Expected, root =>
        {
            if (root.ValueKind != JsonValueKind.Array || root.GetArrayLength() == 0)
            {
                var found = root.ValueKind == JsonValueKind.Array ? "an empty array" : $"a JSON {root.ValueKind}";
                throw new DataFormatException(path, null, found, Expected);
            }

            foreach (var element in root.EnumerateArray())
            {
                values.Add(Of(path, "row", values.Count + 1, element, parse));
            }
        });
        return values;
    }

    /// <summary>A string.</summary>
    /// <exception cref="DataFormatException">The object has no such key, has it twice, or with a value of another kind.</exception>
    public string Text(string key)
    {
        var value = Value(key);
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong($"'{key}' of kind {value.ValueKind}", "a string");
    }

    /// <summary>A value of any kind.</summary>
    /// <exception cref="DataFormatException">The object has no such key, or has it twice.</exception>
    public JsonElement Value(string key)
    {
        var found = _element.EnumerateObject().Where(property => property.Name == key).ToList();
        return found switch
        {
            [var property] => property.Value,
            [] => throw Wrong(
                $"the keys {string.Join(", ", _element.EnumerateObject().Select(property => property.Name))}", $"a key '{key}'"),
            _ => throw Wrong($"the key '{key}' twice", "it once"),
        };
    }

    /// <summary>An error in this object.</summary>
    public DataFormatException Wrong(string found, string expected) => new(_path, _place, found, expected);

    private static T Of<T>(string path, string unit, int number, JsonElement element, Func<JsonRecord, T> parse) =>
        element.ValueKind == JsonValueKind.Object
            ? parse(new JsonRecord(path, unit, number, element))
            : throw new DataFormatException(path, $"{unit} {number}", $"a JSON {element.ValueKind}", "one JSON object");

    private static void Parse(string path, string text, string? place, string expected, Action<JsonElement> read)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            read(document.RootElement);
        }
        catch (JsonException exception)
        {
            throw new DataFormatException(path, place, $"text that is not JSON ({exception.Message})", expected);
        }
        catch (InvalidOperationException)
        {
            // The parser accepts an escape such as \ud800 without its other half; only reading the string fails.
            throw new DataFormatException(path, place, "an escape of one half of a surrogate pair", "text in Unicode");
        }
    }
}
