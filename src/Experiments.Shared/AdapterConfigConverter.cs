using System.Text.Json;
using System.Text.Json.Serialization;
using SpectralAdapters;

namespace Experiments.Shared;

/// <summary>An adapter's settings as a trial's spec holds them: the JSON of <see cref="AdapterConfig.ToJson"/>.</summary>
public sealed class AdapterConfigConverter : JsonConverter<AdapterConfig>
{
    /// <inheritdoc/>
    public override AdapterConfig Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return AdapterConfig.FromJson(document.RootElement.GetRawText());
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, AdapterConfig value, JsonSerializerOptions options)
    {
        using var document = JsonDocument.Parse(value.ToJson());
        document.RootElement.WriteTo(writer);
    }
}
