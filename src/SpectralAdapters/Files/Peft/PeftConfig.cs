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
            return JsonNode.Parse(File.ReadAllText(path), documentOptions: options) is JsonObject settings
                ? new PeftConfig(path, settings)
                : throw new InvalidDataException($"{path}: an adapter config is a JSON object.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path}: {exception.Message}", exception);
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

        throw Refused(key, $"a value of the type {typeof(T).Name}");
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
            var off = _settings[key] switch
            {
                null => true,
                JsonValue value => value.ToJsonString() is "false" or "\"none\"" or "\"\"" or "0" or "0.0",
                JsonObject group => group.Count == 0,
                JsonArray list => list.Count == 0,
                _ => false,
            };
            if (!off)
            {
                throw Refused(key, "nothing, because this feature is not supported");
            }
        }
    }

    /// <summary>Settings without effect on a trained adapter.</summary>
    public void Ignore(params IReadOnlyList<string> keys) => _known.UnionWith(keys);

    /// <summary>Adds the settings that every method has, after the method has read its own, and refuses keys that were not read.</summary>
    public AdapterConfig Finish(AdapterConfig config)
    {
        Off("bias", "fan_in_fan_out", "exclude_modules", "layers_pattern", "layers_to_transform");
        var complete = config with
        {
            TargetModules = Targets(),
            ModulesToSave = Names("modules_to_save"),
        };
        var unknown = _settings.Where(pair => pair.Value is not null && !_known.Contains(pair.Key)).Select(pair => pair.Key).ToList();
        return unknown.Count == 0
            ? complete
            : throw new InvalidDataException($"{Path}: unknown keys for {PeftType}: {string.Join(", ", unknown)}.");
    }

    /// <summary>An error that names the file and the key.</summary>
    public InvalidDataException Refused(string key, string expected) =>
        new($"{Path}: '{key}': found {Text(key)}, expected {expected}.");

    private string[] Names(string key)
    {
        var names = Value<string?[]>(key, []);
        return names.Any(string.IsNullOrEmpty)
            ? throw Refused(key, "a list of names, none of them empty")
            : [.. names.Select(name => name!)];
    }

    private TargetModules Targets()
    {
        if (_settings["target_modules"] is JsonArray)
        {
            return TargetModules.Named(Names("target_modules"));
        }

        var pattern = Value<string>("target_modules");
        return pattern == "all-linear"
            ? throw Refused("target_modules", "a list of names or a regular expression")
            : TargetModules.Matching(pattern);
    }
}
