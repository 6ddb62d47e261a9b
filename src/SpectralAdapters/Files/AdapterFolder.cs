using System.Text.Json;
using SpectralAdapters.Attachment;
using SpectralAdapters.Factors;
using static TorchSharp.torch;

namespace SpectralAdapters.Files;

/// <summary>An adapter on disk in our own format: adapter_config.json and adapter_model.safetensors, singular factors included.</summary>
internal sealed class AdapterFolder : ISingularFactorSource, IDisposable
{
    /// <summary>The config's file name, the same as PEFT's.</summary>
    public const string ConfigName = "adapter_config.json";

    private readonly AdapterTensors _tensors;

    private AdapterFolder(AdapterConfig config, AdapterTensors tensors)
    {
        Config = config;
        _tensors = tensors;
    }

    /// <summary>The method and its settings.</summary>
    public AdapterConfig Config { get; }

    /// <summary>Opens a folder and checks its config and the tensors' header.</summary>
    /// <exception cref="FileNotFoundException">The folder holds no adapter, or does not exist.</exception>
    public static AdapterFolder Open(string folder)
    {
        var configPath = Path.Combine(folder, ConfigName);
        if (!File.Exists(configPath))
        {
            throw new FileNotFoundException($"{configPath}: found no such file, expected that of an adapter.", configPath);
        }

        AdapterConfig config;
        try
        {
            config = AdapterConfig.FromJson(ConfigText.Read(configPath));
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"{configPath}: {exception.Message}", exception);
        }

        return new AdapterFolder(config, AdapterTensors.Open(folder));
    }

    /// <summary>Writes an active adapter: both files, or on an error neither.</summary>
    public static void Write(string folder, AdapterSet set) => AdapterTensors.Write(
        folder,
        set.Config.ToJson(),
        FullNames(set.SavedTensors(active: true))
            .Concat(set.Replaced.Values.Select(pair => (AdapterTensors.BaseName(pair.Key.Layer, pair.Key.Parameter), pair.Value))),
        set.Targets);

    /// <summary>Writes what was trained of a base model: both files, or on an error neither.</summary>
    public static void Write(string folder, TrainedBase trained) =>
        AdapterTensors.Write(folder, trained.Config.ToJson(), FullNames(trained.Tensors), []);

    /// <summary>The adapters of the folder, checked against the model, which is not touched.</summary>
    public AdapterSet CreateSet(nn.Module model)
    {
        using var generator = new Generator(0);
        AdapterSet set;
        try
        {
            set = AdapterSet.Create(model, Config, generator, this, isNew: false, RequireRank);
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"{_tensors.Path}: {exception.Message}", exception);
        }

        try
        {
            _tensors.RequireBase(set.Targets);
            _tensors.ReadBaseWeights(set);
            CopyInto(set.SavedTensors(active: false));
        }
        catch
        {
            set.Dispose();
            throw;
        }

        return set;
    }

    /// <summary>What the folder's method trains of a base model; the model is not touched.</summary>
    public TrainedBase CreateBase(nn.Module model)
    {
        try
        {
            Config.Validate();
            return new TrainedBase(model, Config);
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"{_tensors.Path}: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public SingularFactors Get(string layer, Tensor weight, ColumnSelection columns) => new(
        Read($"{layer}.U"), Read($"{layer}.S"), Read($"{layer}.V"), new FactorOrigin("given", 0, 0));

    /// <summary>Copies the file's tensors into those of an adapted model; both must name the same ones.</summary>
    public void CopyInto(IEnumerable<(string Name, Tensor Tensor)> targets) => _tensors.CopyInto(FullNames(targets));

    /// <inheritdoc/>
    public void Dispose() => _tensors.Dispose();

    private void RequireRank(string layer, AdapterConfig config)
    {
        var (name, rank) = config switch
        {
            LowRankConfig lowRank => ("lora_A", lowRank.Rank),
            VeraConfig vera => ("d", vera.Rank),
            _ => ("", 0),
        };
        if (name.Length > 0)
        {
            _tensors.RequireRank($"{AdapterTensors.ModelPrefix}{layer}.{name}", rank);
        }
    }

    private static IEnumerable<(string Name, Tensor Tensor)> FullNames(IEnumerable<(string Name, Tensor Tensor)> tensors) =>
        tensors.Select(pair => (AdapterTensors.ModelPrefix + pair.Name, pair.Tensor));

    private Tensor Read(string name) => _tensors.Read(AdapterTensors.ModelPrefix + name);
}
