using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SpectralAdapters.Attachment;
using SpectralAdapters.Factors;
using static TorchSharp.torch;

namespace SpectralAdapters.Files.Peft;

/// <summary>An adapter on disk as PEFT writes it.</summary>
internal sealed class PeftFolder : IDisposable
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, NewLine = "\n" };

    private static readonly string[] EmbeddingNames = ["embed_tokens", "lm_head"];

    private readonly string _configPath;
    private readonly PeftFormat _format;
    private readonly ISingularFactorSource? _factors;
    private readonly AdapterTensors _tensors;

    private PeftFolder(string configPath, PeftFormat format, AdapterConfig config, ISingularFactorSource? factors, AdapterTensors tensors)
    {
        _configPath = configPath;
        _format = format;
        Config = config;
        _factors = factors;
        _tensors = tensors;
    }

    /// <summary>The method and its settings.</summary>
    public AdapterConfig Config { get; }

    /// <summary>Whether a folder's config is PEFT's and not our own.</summary>
    public static bool Holds(string folder)
    {
        var path = Path.Combine(folder, AdapterFolder.ConfigName);
        return File.Exists(path) && PeftConfig.Open(path).Has("peft_type");
    }

    /// <summary>Opens a folder and checks its config and the tensors' header.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="factors">The singular factors that a checkpoint of the official fork refers to; null for all others.</param>
    public static PeftFolder Open(string folder, ISingularFactorSource? factors)
    {
        var file = PeftConfig.Open(Path.Combine(folder, AdapterFolder.ConfigName));
        var format = PeftFormat.All.FirstOrDefault(format => format.Fits(file))
            ?? throw file.Refused("peft_type", $"one of {string.Join(", ", PeftFormat.All.Select(known => known.PeftType).Distinct())}");
        if (format.NeedsFactors && factors is null)
        {
            throw new InvalidDataException(
                $"{file.Path}: a checkpoint of the official spectral fork holds A and B only, and these mean nothing without the "
                + "singular factors of the machine that trained them, whose signs are arbitrary; give the factors (for instance a "
                + "GivenFactorFile).");
        }

        if (!format.NeedsFactors && factors is not null)
        {
            throw new ArgumentException(
                $"{file.Path}: singular factors have no effect on an adapter of the kind {file.PeftType}.", nameof(factors));
        }

        try
        {
            var config = file.Finish(format.Read(file));
            config.Validate();
            config.ValidateSelection();
            return new PeftFolder(file.Path, format, config, factors, AdapterTensors.Open(folder));
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"{file.Path}: {exception.Message}", exception);
        }
    }

    /// <summary>The adapters of the folder, checked against the model, which is not touched.</summary>
    public AdapterSet CreateSet(nn.Module model)
    {
        using var generator = new Generator(0);
        AdapterSet set;
        try
        {
            set = AdapterSet.Create(
                model, ForModel(model), generator, _factors ?? new ExactFactorSource(), isNew: false, RequireRank);
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"{_tensors.Path}: {exception.Message}", exception);
        }

        try
        {
            RequireEffect(set);
            _tensors.RequireBase(set.Targets);
            _tensors.ReadBaseWeights(set);
            _tensors.CopyInto(Tensors(_format, set, active: false));
            _format.Complete(set);
        }
        catch
        {
            set.Dispose();
            throw;
        }

        return set;
    }

    /// <summary>The format that writes adapters of these settings, or null.</summary>
    public static WritablePeftFormat? FormatOf(AdapterConfig config) =>
        PeftFormat.All.OfType<WritablePeftFormat>().FirstOrDefault(format => format.Fits(config));

    /// <summary>Writes an active adapter in PEFT's own format.</summary>
    public static void Write(string folder, AdapterSet set, PeftFileOptions options)
    {
        var format = FormatOf(set.Config)
            ?? throw new ArgumentException(
                $"PEFT has no adapter like {set.Config.ToJson().ReplaceLineEndings(" ")}; save it in our own format, "
                + "or export it as LoRA.");
        Write(folder, format, set.Config, Tensors(format, set, active: true), set, options);
    }

    /// <summary>Writes an active adapter's exact change as a plain LoRA.</summary>
    public static void WriteLora(string folder, AdapterSet set, PeftFileOptions options)
    {
        using var scope = NewDisposeScope();
        var factors = set.Adapters.ToDictionary(adapter => adapter.Key, adapter => adapter.Value.ToLora()
            ?? throw new ArgumentException($"{adapter.Key}: the change of a {set.Config.Method} adapter has no exact low rank."));
        var rank = factors.Values.Max(change => change.Rank);
        var biases = set.Adapters.ToDictionary(adapter => adapter.Key, adapter => adapter.Value.MergedBias(null)); // [m] each, or null
        var config = new LoraConfig
        {
            TargetModules = set.Config.TargetModules,
            ExcludeModules = set.Config.ExcludeModules,
            LayersToTransform = set.Config.LayersToTransform,
            ModulesToSave = set.Config.ModulesToSave,
            Rank = rank,
            Alpha = 1,
            Scaling = LoraScaling.Alpha,
            Bias = biases.Values.Any(bias => bias is not null),
            RankPattern = factors.Where(pair => pair.Value.Rank != rank).ToDictionary(
                pair => LowRankConfig.KeyOf(pair.Key, factors.Keys), pair => pair.Value.Rank),
        };
        var tensors = from pair in factors
                      from tensor in new[]
                      {
                          ("lora_A.weight", pair.Value.Down), ("lora_B.weight", pair.Value.Up), ("lora_B.bias", biases[pair.Key]),
                      }
                      where tensor.Item2 is not null
                      select ($"{AdapterTensors.ModelPrefix}{pair.Key}.{tensor.Item1}", tensor.Item2);
        Write(folder, new PeftLoraFormat(), config, tensors.Concat(Modules(set, active: true)), set, options);
    }

    /// <inheritdoc/>
    public void Dispose() => _tensors.Dispose();

    private static void Write(
        string folder,
        WritablePeftFormat format,
        AdapterConfig config,
        IEnumerable<(string Name, Tensor Tensor)> tensors,
        AdapterSet set,
        PeftFileOptions options)
    {
        options.Validate();
        var settings = format.Write(config, [.. set.Targets.Select(target => target.Name)]);
        settings["peft_type"] = format.PeftType;
        settings["task_type"] = options.TaskType;
        settings["base_model_name_or_path"] = options.BaseModel;
        settings["bias"] = "none";
        settings["fan_in_fan_out"] = false;
        settings["inference_mode"] = true;
        settings["modules_to_save"] = config.ModulesToSave.Count == 0 ? null : Texts(config.ModulesToSave);
        settings["target_modules"] = Modules(config.TargetModules!);
        if (format.HasExclusion)
        {
            settings["exclude_modules"] = config.ExcludeModules is null ? null : Modules(config.ExcludeModules);
        }
        else if (config.ExcludeModules is not null)
        {
            settings["target_modules"] = Texts(set.Targets.Select(target => target.Name));
        }

        settings["layers_to_transform"] = config.LayersToTransform is { } layers ? new JsonArray([.. layers.Indices]) : null;
        settings["layers_pattern"] = config.LayersToTransform is { Patterns.Count: > 0 } patterns ? Texts(patterns.Patterns) : null;
        var sorted = new JsonObject(settings.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));
        AdapterTensors.Write(folder, sorted.ToJsonString(Options), tensors.Concat(BaseWeights(set)), set.Targets);
    }

    private static JsonNode Modules(TargetModules modules) => modules.Pattern is { } pattern ? pattern : Texts(modules.Names);

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];

    private static IEnumerable<(string Name, Tensor Tensor)> Tensors(PeftFormat format, AdapterSet set, bool active) =>
        format.Tensors(set).Concat(Modules(set, active));

    private static IEnumerable<(string Name, Tensor Tensor)> Modules(AdapterSet set, bool active) =>
        set.ModuleTensors(active).Select(pair => (AdapterTensors.ModelPrefix + pair.Name, pair.Tensor));

    // PEFT stores the base weight of an adapted output head or embedding, which may have been resized before, and reads it back over
    // the model's (utils/save_and_load.py, EMBEDDING_LAYER_NAMES).
    private static IEnumerable<(string Name, Tensor Tensor)> BaseWeights(AdapterSet set) =>
        from target in set.Targets
        let last = target.Name[(target.Name.LastIndexOf('.') + 1)..]
        let targets = set.Config.TargetModules!
        from parameter in target.BaseParameters()
        where set.Replaced.Values.ContainsKey((target.Name, parameter.Name))
            || (EmbeddingNames.Contains(last) && (targets.Pattern is not null || targets.Names.Contains(last)))
        select (AdapterTensors.BaseName(target.Name, parameter.Name), parameter.Value);

    private void RequireRank(string layer, AdapterConfig config)
    {
        if (_format.Ranked(config) is { } ranked)
        {
            _tensors.RequireRank($"{AdapterTensors.ModelPrefix}{layer}.{ranked.Tensor}", ranked.Rank);
        }
    }

    private void RequireEffect(AdapterSet set)
    {
        try
        {
            set.Config.ValidateEffect(set.Adapters.Keys);
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"{_configPath}: {exception.Message}", exception);
        }
    }

    // For sequence classification PEFT always names "classifier" and "score", and a model has one of them. Modules to save are never
    // targets, also where both options name them.
    private AdapterConfig ForModel(nn.Module model)
    {
        var names = model.named_modules().Select(pair => pair.name).ToList();
        var config = Config with
        {
            ModulesToSave =
                [.. Config.ModulesToSave.Where(module => names.Exists(name => name.EndsWith(module, StringComparison.Ordinal)))],
        };
        var saved = names.Where(name => config.Adapts(name) && IsInside(name, names.Where(config.Saves))).ToList();
        return saved.Count == 0 ? config : config with { ExcludeModules = Excluding(config.ExcludeModules, saved) };
    }

    private static bool IsInside(string name, IEnumerable<string> modules) =>
        modules.Any(module => name == module || name.StartsWith(module + ".", StringComparison.Ordinal));

    private static TargetModules Excluding(TargetModules? excluded, IReadOnlyList<string> saved) => excluded?.Pattern is { } pattern
        ? TargetModules.Matching($"{pattern}|{string.Join('|', saved.Select(Regex.Escape))}")
        : TargetModules.Named([.. excluded?.Names ?? [], .. saved]);
}
