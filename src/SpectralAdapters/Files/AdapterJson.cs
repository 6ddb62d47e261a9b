using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace SpectralAdapters.Files;

/// <summary>Configs as JSON, strict: what a method does not know is refused, never ignored.</summary>
internal static class AdapterJson
{
    private const string MethodKey = "method";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        NewLine = "\n",
        // The first converter that fits is taken, and element types are an enum too.
        Converters = { new ScalarTypeConverter(), new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static string Write(AdapterConfig config)
    {
        var settings = JsonSerializer.SerializeToNode(config, config.GetType(), Options)!.AsObject();
        settings.Insert(0, MethodKey, config.Method);
        return settings.ToJsonString(Options);
    }

    public static AdapterConfig Read(string json)
    {
        if (JsonNode.Parse(json) is not JsonObject settings || settings[MethodKey] is not JsonValue method)
        {
            throw new JsonException($"An adapter config is a JSON object with a '{MethodKey}'.");
        }

        settings.Remove(MethodKey);
        var type = AdapterRegistry.Find(method.GetValue<string>()).ConfigType;
        var config = (AdapterConfig)settings.Deserialize(type, Options)!;
        config.ValidateStored();
        return config;
    }
}
