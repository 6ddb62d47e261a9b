using System.Text.Json;
using SpectralAdapters.Checkpoints;
using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>An adapter on disk: adapter_config.json and adapter_model.safetensors, singular factors included.</summary>
internal sealed class AdapterFolder : ISingularFactorSource, IDisposable
{
    private const string ConfigName = "adapter_config.json";
    private const string TensorsName = "adapter_model.safetensors";
    private const string Prefix = "base_model.model.";
    private const string BaseHashKey = "base_sha256";

    private readonly SafetensorsFile _file;

    private AdapterFolder(AdapterConfig config, SafetensorsFile file)
    {
        Config = config;
        _file = file;
    }

    /// <summary>The method and its settings.</summary>
    public AdapterConfig Config { get; }

    /// <summary>Opens a folder and checks its config and the tensors' header.</summary>
    public static AdapterFolder Open(string folder)
    {
        var configPath = Path.Combine(folder, ConfigName);
        AdapterConfig config;
        try
        {
            config = AdapterConfig.FromJson(File.ReadAllText(configPath));
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"{configPath}: {error.Message}", error);
        }

        return new AdapterFolder(config, SafetensorsFile.Open(Path.Combine(folder, TensorsName)));
    }

    /// <summary>Writes both files, each at once and whole.</summary>
    public static void Write(
        string folder, AdapterConfig config, IEnumerable<(string Name, Tensor Tensor)> tensors, IReadOnlyList<TargetLayer> targets)
    {
        var metadata = new Dictionary<string, string> { ["format"] = "pt" };
        if (targets.Count > 0)
        {
            metadata[BaseHashKey] = WeightHash.Of(targets);
        }

        var byName = tensors.ToDictionary(pair => Prefix + pair.Name, pair => pair.Tensor);
        SafetensorsWriter.Write(Path.Combine(folder, TensorsName), byName, metadata);
        AtomicFile.WriteText(Path.Combine(folder, ConfigName), config.ToJson() + "\n");
    }

    /// <summary>The adapters of the folder, checked against the model, which is not touched.</summary>
    public AdapterSet CreateSet(nn.Module model)
    {
        using var generator = new Generator(0);
        AdapterSet set;
        try
        {
            set = AdapterSet.Create(model, Config, generator, this);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{_file.Path}: {error.Message}", error);
        }

        try
        {
            RequireBase(set.Targets);
            CopyInto(set.SavedTensors(active: false));
        }
        catch
        {
            set.Dispose();
            throw;
        }

        return set;
    }

    /// <inheritdoc/>
    public SingularFactors Get(string layer, Tensor weight, ColumnSelection columns) => new(
        Read($"{layer}.U"), Read($"{layer}.S"), Read($"{layer}.V"), new FactorOrigin("given", 0, 0));

    /// <summary>Copies the file's tensors into those of an adapted model; both must name the same ones.</summary>
    public void CopyInto(IEnumerable<(string Name, Tensor Tensor)> targets)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var values = new List<(Tensor Target, Tensor Value)>();
        foreach (var (name, target) in targets)
        {
            var value = Read(name);
            if (!value.shape.SequenceEqual(target.shape))
            {
                throw new InvalidDataException(
                    $"{_file.Path}: tensor '{Prefix}{name}': found shape [{string.Join(", ", value.shape)}], expected [{string.Join(", ", target.shape)}].");
            }

            if (!value.isfinite().all().item<bool>())
            {
                throw new InvalidDataException($"{_file.Path}: tensor '{Prefix}{name}' holds NaN or infinity.");
            }

            values.Add((target, value));
        }

        if (values.Count != _file.Names.Count)
        {
            throw new InvalidDataException($"{_file.Path}: found {_file.Names.Count} tensors, expected {values.Count}.");
        }

        foreach (var (target, value) in values)
        {
            target.copy_(value);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void RequireBase(IReadOnlyList<TargetLayer> targets)
    {
        if (!_file.Metadata.TryGetValue(BaseHashKey, out var expected))
        {
            return;
        }

        var found = WeightHash.Of(targets);
        if (found != expected)
        {
            throw new InvalidDataException(
                $"{_file.Path}: the adapter was trained over other weights: found SHA-256 {found}, expected {expected}.");
        }
    }

    private Tensor Read(string name) => _file.Contains(Prefix + name)
        ? _file.Read(Prefix + name)
        : throw new InvalidDataException($"{_file.Path}: tensor '{Prefix}{name}' is missing.");
}
