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

    private readonly PeftFormat _format;
    private readonly ISingularFactorSource? _factors;
    private readonly AdapterTensors _tensors;

    private PeftFolder(PeftFormat format, AdapterConfig config, ISingularFactorSource? factors, AdapterTensors tensors)
    {
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
            config.ValidateStored();
            return new PeftFolder(format, config, factors, AdapterTensors.Open(folder));
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
            set = AdapterSet.Create(model, WithModulesOf(model), generator, _factors ?? new ExactFactorSource(), _tensors.NumberCount);
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"{_tensors.Path}: {exception.Message}", exception);
        }

        try
        {
            _tensors.RequireBase(set.Targets);
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
        Write(folder, format, set.Config, Tensors(format, set, active: true), set.Targets, options);
    }

    /// <summary>Writes an active adapter's exact change as a plain LoRA.</summary>
    public static void WriteLora(string folder, AdapterSet set, PeftFileOptions options)
    {
        using var scope = NewDisposeScope();
        var factors = set.Adapters.ToDictionary(adapter => adapter.Key, adapter => adapter.Value.ToLora()
            ?? throw new ArgumentException($"{adapter.Key}: the change of a {set.Config.Method} adapter has no exact low rank."));
        var rank = factors.Values.Max(change => change.Rank);
        var config = new LoraConfig
        {
            TargetModules = set.Config.TargetModules,
            ModulesToSave = set.Config.ModulesToSave,
            Rank = rank,
            Alpha = 1,
            Scaling = LoraScaling.Alpha,
            RankPattern = factors.Where(pair => pair.Value.Rank != rank).ToDictionary(
                pair => Regex.Escape(pair.Key), pair => pair.Value.Rank),
        };
        var tensors = from pair in factors
                      from tensor in new[] { ("lora_A", pair.Value.Down), ("lora_B", pair.Value.Up) }
                      select ($"{AdapterTensors.ModelPrefix}{pair.Key}.{tensor.Item1}.weight", tensor.Item2);
        Write(folder, new PeftLoraFormat(), config, tensors.Concat(Modules(set, active: true)), set.Targets, options);
    }

    /// <inheritdoc/>
    public void Dispose() => _tensors.Dispose();

    private static void Write(
        string folder,
        WritablePeftFormat format,
        AdapterConfig config,
        IEnumerable<(string Name, Tensor Tensor)> tensors,
        IReadOnlyList<TargetLayer> targets,
        PeftFileOptions options)
    {
        options.Validate();
        var settings = format.Write(config, [.. targets.Select(target => target.Name)]);
        settings["peft_type"] = format.PeftType;
        settings["task_type"] = options.TaskType;
        settings["base_model_name_or_path"] = options.BaseModel;
        settings["bias"] = "none";
        settings["fan_in_fan_out"] = false;
        settings["inference_mode"] = true;
        settings["modules_to_save"] = config.ModulesToSave.Count == 0 ? null : Texts(config.ModulesToSave);
        settings["target_modules"] = config.TargetModules!.Pattern is { } pattern ? pattern : Texts(config.TargetModules.Names);
        var sorted = new JsonObject(settings.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));
        AdapterTensors.Write(folder, tensors, targets);
        AtomicFile.Write(Path.Combine(folder, AdapterFolder.ConfigName), sorted.ToJsonString(Options) + "\n");
    }

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];

    private static IEnumerable<(string Name, Tensor Tensor)> Tensors(PeftFormat format, AdapterSet set, bool active) =>
        format.Tensors(set).Concat(Modules(set, active));

    private static IEnumerable<(string Name, Tensor Tensor)> Modules(AdapterSet set, bool active) =>
        set.ModuleTensors(active).Select(pair => (AdapterTensors.ModelPrefix + pair.Name, pair.Tensor));

    // For sequence classification PEFT always names "classifier" and "score", and a model has one of them.
    private AdapterConfig WithModulesOf(nn.Module model)
    {
        var names = model.named_modules().Select(pair => pair.name).ToList();
        return Config with
        {
            ModulesToSave = [.. Config.ModulesToSave.Where(module => names.Exists(name => TargetModules.EndsIn(name, module)))],
        };
    }
}
