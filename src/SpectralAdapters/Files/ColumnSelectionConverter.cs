using System.Text.Json;
using System.Text.Json.Serialization;

namespace SpectralAdapters.Files;

/// <summary>Column choices are written in their text notation.</summary>
internal sealed class ColumnSelectionConverter : JsonConverter<ColumnSelection>
{
    public override ColumnSelection Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return ColumnSelection.Parse(reader.GetString() ?? "null");
        }
        catch (FormatException exception)
        {
            throw new JsonException(exception.Message, exception);
        }
    }

    public override void Write(Utf8JsonWriter writer, ColumnSelection value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
