using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Reproduction.Storage;

/// <summary>The JSON layout of trial records and summaries.</summary>
internal static class RecordJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        IgnoreReadOnlyProperties = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
        WriteIndented = true,
        Converters = { new NumberListConverter(), new JsonStringEnumConverter() },
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options) + "\n";

    /// <summary>A value as a record holds it.</summary>
    public static JsonElement Element(object value) => JsonSerializer.SerializeToElement(value, value.GetType(), Options);

    /// <exception cref="JsonException">The text is truncated, or not a <typeparamref name="T"/>.</exception>
    public static T Read<T>(string text)
        where T : class =>
        JsonSerializer.Deserialize<T>(text, Options) ?? throw new JsonException("The file holds only \"null\".");

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
