using System.Text.Json;
using System.Text.Json.Serialization;

namespace SpectralAdapters.Files;

/// <summary>A list of names is written as a JSON list, a pattern as a JSON string: PEFT's convention.</summary>
internal sealed class TargetModulesConverter : JsonConverter<TargetModules>
{
    public override TargetModules Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? TargetModules.Matching(reader.GetString()!)
            : TargetModules.Named(JsonSerializer.Deserialize<string[]>(ref reader, options)!);

    public override void Write(Utf8JsonWriter writer, TargetModules value, JsonSerializerOptions options)
    {
        if (value.Pattern is not null)
        {
            writer.WriteStringValue(value.Pattern);
        }
        else
        {
            JsonSerializer.Serialize(writer, value.Names, options);
        }
    }
}
