using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace SpectralAdapters.Files;

/// <summary>Configs as JSON, strict: what a method does not know is refused, never ignored.</summary>
internal static class AdapterJson
{
    private const string MethodKey = "method";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        WriteIndented = true,
        NewLine = "\n",
        // The first converter that fits is taken, and element types are an enum too.
        Converters = { new ScalarTypeConverter(), new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    public static string Write(AdapterConfig config)
    {
        var settings = JsonSerializer.SerializeToNode(config, config.GetType(), Options)!.AsObject();
        settings.Insert(0, MethodKey, config.Method);
        return settings.ToJsonString(Options);
    }

    public static AdapterConfig Read(string json)
    {
        if (Parse(json) is not JsonObject settings
            || settings[MethodKey] is not JsonValue value || !value.TryGetValue<string>(out var method))
        {
            throw new JsonException($"An adapter config is a JSON object with a text '{MethodKey}'.");
        }

        settings.Remove(MethodKey);
        var type = AdapterRegistry.Find(method).ConfigType;
        RequireReadable(type, settings, "");
        var config = (AdapterConfig)settings.Deserialize(type, Options)!;
        config.Validate();
        config.ValidateSelection();
        return config;
    }

    private static JsonNode? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: Strict);
        }
        catch (JsonException exception)
        {
            throw new JsonException($"not JSON with every key once: {exception.Message}", exception);
        }
    }

    // Setting by setting, so that a message names the setting and what JSON has for it; the library's messages name .NET types.
    private static void RequireReadable(Type type, JsonObject settings, string prefix)
    {
        foreach (var (key, setting) in settings)
        {
            var name = prefix + key;
            var property = Array.Find(
                type.GetProperties(),
                property => property.CanWrite && JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name) == key)
                ?? throw new JsonException($"'{name}' is no setting of this method.");
            if (setting is JsonObject group && property.PropertyType == typeof(RankAllocation))
            {
                RequireReadable(typeof(RankAllocation), group, $"{name}.");
            }

            if (!IsReadable(property, setting, out var inner))
            {
                throw new JsonException(
                    $"'{name}': found {setting?.ToJsonString() ?? "null"}, expected {JsonTypeName.Of(property.PropertyType)}.", inner);
            }
        }
    }

    private static bool IsReadable(PropertyInfo property, JsonNode? setting, out JsonException? error)
    {
        error = null;
        if (setting is null)
        {
            return new NullabilityInfoContext().Create(property).WriteState != NullabilityState.NotNull;
        }

        try
        {
            setting.Deserialize(property.PropertyType, Options);
            return true;
        }
        catch (JsonException exception)
        {
            error = exception;
            return false;
        }
    }
}
