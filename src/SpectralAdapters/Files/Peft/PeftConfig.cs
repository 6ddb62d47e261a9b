using System.Text.Json;
using System.Text.Json.Nodes;

namespace SpectralAdapters.Files.Peft;

/// <summary>
/// A PEFT adapter_config.json, read key by key. PEFT writes dozens of keys for features that are off; those are ignored. An
/// unknown key that is on could change the result and is refused.
/// </summary>
internal sealed class PeftConfig
{
    private static readonly string[] Provenance =
        ["auto_mapping", "base_model_name_or_path", "inference_mode", "peft_type", "peft_version", "revision", "task_type"];

    private readonly JsonObject _settings;
    private readonly HashSet<string> _known = [.. Provenance];

    private PeftConfig(string path, JsonObject settings)
    {
        Path = path;
        _settings = settings;
    }

    /// <summary>The file's path, for messages.</summary>
    public string Path { get; }

    /// <summary>LORA, ADALORA, OFT, VERA.</summary>
    public string PeftType => Value<string>("peft_type");

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is not a JSON object.</exception>
    public static PeftConfig Open(string path)
    {
        try
        {
            var options = new JsonDocumentOptions { AllowDuplicateProperties = false };
            return JsonNode.Parse(ConfigText.Read(path), documentOptions: options) is JsonObject settings
                ? new PeftConfig(path, settings)
                : throw new InvalidDataException($"{path}: an adapter config is a JSON object.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path}: not JSON with every key once: {exception.Message}", exception);
        }
    }

    /// <summary>Whether the file has the key, even if its value is null.</summary>
    public bool Has(string key) => _settings.ContainsKey(key);

    /// <summary>A setting as written in the file; null where it is missing.</summary>
    public string Text(string key) => _settings[key]?.ToJsonString() ?? "null";

    /// <summary>A required setting.</summary>
    public T Value<T>(string key)
    {
        _known.Add(key);
        try
        {
            if (_settings[key] is { } value && value.Deserialize<T>() is { } result)
            {
                return result;
            }
        }
        catch (JsonException)
        {
        }

        throw Refused(key, JsonTypeName.Of(typeof(T)));
    }

    /// <summary>A setting, or a default where it is missing or null.</summary>
    public T Value<T>(string key, T otherwise)
    {
        _known.Add(key);
        return _settings[key] is null ? otherwise : Value<T>(key);
    }

    /// <summary>Settings of unsupported features, which must be off.</summary>
    public void Off(params IReadOnlyList<string> keys)
    {
        foreach (var key in keys)
        {
            _known.Add(key);
            if (!IsOff(_settings[key]))
            {
                throw Refused(key, "nothing, because this feature is not supported");
            }
        }
    }

    /// <summary>Settings without effect on a trained adapter.</summary>
    public void Ignore(params IReadOnlyList<string> keys) => _known.UnionWith(keys);

    /// <summary>
    /// Adds the settings that every method has, after the method has read its own, and refuses keys that are on and were not read.
    /// </summary>
    public AdapterConfig Finish(AdapterConfig config)
    {
        Off("bias", "fan_in_fan_out");
        var complete = config with
        {
            TargetModules = Modules("target_modules"),
            ExcludeModules = IsOff(_settings["exclude_modules"]) ? null : Modules("exclude_modules"),
            ModulesToSave = Names("modules_to_save"),
        };
        _known.Add("exclude_modules");
        complete = complete with { LayersToTransform = Layers(complete.TargetModules!) };
        var unknown = _settings.Where(pair => !IsOff(pair.Value) && !_known.Contains(pair.Key)).Select(pair => pair.Key).ToList();
        return unknown.Count == 0
            ? complete
            : throw new InvalidDataException($"{Path}: unknown keys for {PeftType}: {string.Join(", ", unknown)}.");
    }

    /// <summary>An error that names the file and the key.</summary>
    public InvalidDataException Refused(string key, string expected) =>
        new($"{Path}: '{key}': found {Text(key)}, expected {expected}.");

    // What PEFT and those before it write for a feature that is not used.
    private static bool IsOff(JsonNode? value) => value switch
    {
        null => true,
        JsonObject group => group.Count == 0,
        JsonArray list => list.Count == 0,
        _ => value.GetValueKind() switch
        {
            JsonValueKind.False => true,
            JsonValueKind.String => value.GetValue<string>() is "" or "none",
            JsonValueKind.Number => value.Deserialize<double>() == 0,
            _ => false,
        },
    };

    private string[] Names(string key)
    {
        _known.Add(key);
        return _settings[key] switch
        {
            null => [],
            JsonArray list when list.All(IsName) => [.. list.Select(name => name!.GetValue<string>())],
            _ => throw Refused(key, "a list of names, none of them empty"),
        };
    }

    private TargetModules Modules(string key)
    {
        if (_settings[key] is JsonArray)
        {
            return Named(key, Names(key));
        }

        _known.Add(key);
        if (!IsName(_settings[key]) || _settings[key]!.GetValue<string>() is not { } pattern || pattern == "all-linear")
        {
            throw Refused(key, "a list of names or a regular expression");
        }

        try
        {
            return TargetModules.Matching(pattern);
        }
        catch (ArgumentException exception)
        {
            throw Refused(key, $"a regular expression ({exception.Message})");
        }
    }

    private TargetModules Named(string key, string[] names) =>
        names.Length > 0 ? TargetModules.Named(names) : throw Refused(key, "at least one name");

    // PEFT's rules: a number or a list, an empty list for all layers, and only beside names (tuners/lora/config.py).
    private LayerIndices? Layers(TargetModules targets)
    {
        const string Key = "layers_to_transform", PatternKey = "layers_pattern";
        _known.UnionWith([Key, PatternKey]);
        string[] patterns = _settings[PatternKey] switch
        {
            null => [],
            JsonArray list when list.All(IsName) => [.. list.Select(name => name!.GetValue<string>())],
            JsonValue one when one.TryGetValue<string>(out var name) => name.Length == 0 ? [] : [name],
            _ => throw Refused(PatternKey, "a name or a list of names"),
        };
        if (_settings[Key] is null or JsonArray { Count: 0 })
        {
            return patterns.Length == 0 ? null : throw Refused(PatternKey, $"nothing without {Key}");
        }

        JsonNode?[] items = _settings[Key] is JsonArray several ? [.. several] : [_settings[Key]];
        if (!items.All(item => item is JsonValue number && number.TryGetValue<long>(out var index) && index >= 0))
        {
            throw Refused(Key, "a whole number or a list of whole numbers");
        }

        if (targets.Pattern is not null)
        {
            throw Refused(Key, "nothing beside a regular expression as target_modules");
        }

        try
        {
            return new LayerIndices([.. items.Select(item => item!.GetValue<long>())], patterns);
        }
        catch (ArgumentException exception)
        {
            throw Refused(PatternKey, $"regular expressions ({exception.Message})");
        }
    }

    private static bool IsName(JsonNode? value) => value is JsonValue text && text.TryGetValue<string>(out var name) && name.Length > 0;
}
