using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace Reproduction.Storage;

/// <summary>
/// The JSON layout of trial records and summaries. Every key is written and has to be there once, and no other one: what a file holds
/// and is not read would be lost without a word.
/// </summary>
internal static class RecordJson
{
    // A spec is whatever its experiment makes of it.
    private const string ConfigKey = "config";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        IgnoreReadOnlyProperties = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
        WriteIndented = true,
        Converters = { new NumberListConverter(), new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RequireEveryKey } },
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options) + "\n";

    /// <summary>A value as a record holds it.</summary>
    public static JsonElement Element(object value) => JsonSerializer.SerializeToElement(value, value.GetType(), Options);

    /// <exception cref="JsonException">The text is truncated, or not a <typeparamref name="T"/>.</exception>
    public static T Read<T>(string text)
        where T : class
    {
        using (var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false }))
        {
            Check(document.RootElement, "$");
        }

        return JsonSerializer.Deserialize<T>(text, Options) ?? throw new JsonException("The file holds only \"null\".");
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="JsonException">The file is truncated, no text in UTF-8, or not a <typeparamref name="T"/>.</exception>
    public static T ReadFile<T>(string path)
        where T : class
    {
        var bytes = File.ReadAllBytes(path);
        return Utf8.IsValid(bytes)
            ? Read<T>(Encoding.UTF8.GetString(bytes))
            : throw new JsonException("Found bytes that are no text in UTF-8.");
    }

    private static void RequireEveryKey(JsonTypeInfo type)
    {
        foreach (var property in type.Kind == JsonTypeInfoKind.Object ? type.Properties : [])
        {
            property.IsRequired = property.Set is not null || property.AssociatedParameter is not null;
        }
    }

    // What the types do not say: that no item of a list is null, and that every number is one of double precision.
    private static void Check(JsonElement element, string path)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject().Where(property => property.Name != ConfigKey))
                {
                    Check(property.Value, $"{path}.{property.Name}");
                }

                break;
            case JsonValueKind.Array:
                var i = 0;
                foreach (var item in element.EnumerateArray())
                {
                    var place = string.Create(CultureInfo.InvariantCulture, $"{path}[{i++}]");
                    if (item.ValueKind == JsonValueKind.Null)
                    {
                        throw new JsonException($"Found null, expected a value. Path: {place}");
                    }

                    Check(item, place);
                }

                break;
            case JsonValueKind.Number when !double.IsFinite(element.GetDouble()):
                throw new JsonException($"Found the number {element.GetRawText()}, expected one of double precision. Path: {path}");
        }
    }

    /// <summary>Keeps thousands of predictions on one line, so that the rest of the record stays readable.</summary>
    private sealed class NumberListConverter : JsonConverter<IReadOnlyList<double>>
    {
        // The predictions of a model that broke down are no numbers.
        private static readonly JsonSerializerOptions Numbers = new()
        {
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        };

        public override IReadOnlyList<double> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<double[]>(ref reader, Numbers)
            ?? throw new JsonException("Expected a list of numbers, found null.");

        public override void Write(Utf8JsonWriter writer, IReadOnlyList<double> value, JsonSerializerOptions options) =>
            writer.WriteRawValue(JsonSerializer.Serialize(value.ToArray(), Numbers));
    }
}
