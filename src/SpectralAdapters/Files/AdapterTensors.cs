using System.Text;
using SpectralAdapters.Attachment;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralAdapters.Files;

/// <summary>
/// The tensors of an adapter folder. Names, shapes, types, values and the base weights are checked before anything is changed, and a
/// tensor that nothing has read is refused.
/// </summary>
internal sealed class AdapterTensors : IDisposable
{
    /// <summary>What PEFT, and we after it, put before the names of a model's own modules.</summary>
    public const string ModelPrefix = "base_model.model.";

    private const string FileName = "adapter_model.safetensors";
    private const string PickleName = "adapter_model.bin";
    private const string BaseHashKey = "base_sha256";
    private const int NamedAtMost = 5;

    private readonly SafetensorsFile _file;
    private readonly HashSet<string> _read = [];

    private AdapterTensors(SafetensorsFile file) => _file = file;

    /// <summary>The file's path, for messages.</summary>
    public string Path => _file.Path;

    /// <summary>How many numbers the file holds.</summary>
    public long NumberCount => _file.Names.Sum(name => _file.Shape(name).Aggregate(1L, (count, side) => count * side));

    /// <summary>Opens the file of a folder and checks its header.</summary>
    public static AdapterTensors Open(string folder)
    {
        var path = System.IO.Path.Combine(folder, FileName);
        return !File.Exists(path) && File.Exists(System.IO.Path.Combine(folder, PickleName))
            ? throw new FileNotFoundException(
                $"{folder}: found {PickleName}, expected {FileName}; PEFT writes it with save_pretrained(safe_serialization=True).", path)
            : new AdapterTensors(SafetensorsFile.Open(path));
    }

    /// <summary>Writes the config and the tensors of a folder: both, or on an error neither.</summary>
    /// <param name="folder">The folder; created if it does not exist.</param>
    /// <param name="config">The text of the config.</param>
    /// <param name="tensors">The tensors with their full names.</param>
    /// <param name="targets">The adapted layers, whose base weights' hash goes into the header; none for full fine-tuning.</param>
    public static void Write(
        string folder, string config, IEnumerable<(string Name, Tensor Tensor)> tensors, IReadOnlyList<TargetLayer> targets)
    {
        var byName = tensors.ToDictionary(pair => pair.Name, pair => pair.Tensor);
        var metadata = new Dictionary<string, string> { ["format"] = "pt" };
        if (targets.Where(target => !byName.ContainsKey(BaseName(target.Name, "weight"))).ToList() is { Count: > 0 } hashed)
        {
            metadata[BaseHashKey] = WeightHash.Of(hashed);
        }

        var path = System.IO.Path.Combine(folder, FileName);
        AtomicFiles.Write(
            (System.IO.Path.Combine(folder, AdapterFolder.ConfigName), stream => stream.Write(Encoding.UTF8.GetBytes(config + "\n"))),
            (path, SafetensorsWriter.Content(path, byName, metadata)));
    }

    /// <summary>The name of a layer's own base weight or bias, where a file holds it.</summary>
    public static string BaseName(string layer, string parameter) => $"{ModelPrefix}{layer}.base_layer.{parameter}";

    /// <summary>One tensor.</summary>
    /// <exception cref="InvalidDataException">It is missing.</exception>
    public Tensor Read(string name)
    {
        _read.Add(name);
        return _file.Contains(name) ? _file.Read(name) : throw new InvalidDataException($"{Path}: {Missing(name)}{Leftover()}.");
    }

    /// <summary>
    /// Refuses a rank that the file does not have, before adapters of that size are made; <see cref="CopyInto"/> compares the rest.
    /// </summary>
    /// <param name="name">A tensor whose first side is the rank.</param>
    /// <param name="rank">The rank that the config gives.</param>
    public void RequireRank(string name, long rank)
    {
        if (!_file.Contains(name))
        {
            var first = _file.Names.Count > 0 ? $", the first '{_file.Names[0]}'" : "";
            throw new InvalidDataException($"{Path}: {Missing(name)}; the file holds {_file.Names.Count} tensors{first}.");
        }

        RequireShape(name, [rank, .. _file.Shape(name).Skip(1)]);
    }

    /// <summary>Takes over the base weights and biases that the file holds, where they are not those of the model.</summary>
    /// <exception cref="InvalidDataException">One has another shape or type, or is not finite.</exception>
    public void ReadBaseWeights(AdapterSet set)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var held = from target in set.Targets
                   from parameter in target.BaseParameters()
                   let name = BaseName(target.Name, parameter.Name)
                   where _file.Contains(name)
                   select (Layer: target.Name, parameter.Name, parameter.Value, FileName: name);
        foreach (var (layer, parameter, own, name) in held)
        {
            var value = ReadFor(name, own).to(own.dtype, own.device); // [m, n] or [m]
            if (!value.eq(own).all().item<bool>())
            {
                set.Replaced.Add(layer, parameter, value);
            }
        }
    }

    /// <summary>Copies the file's tensors into those of an adapted model; both must name the same ones.</summary>
    /// <exception cref="InvalidDataException">
    /// A tensor is missing, unknown, of another shape or type, or not finite; nothing is then copied.
    /// </exception>
    public void CopyInto(IEnumerable<(string Name, Tensor Tensor)> targets)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var byName = targets.ToDictionary(pair => pair.Name, pair => pair.Tensor);
        _read.UnionWith(byName.Keys);
        if (byName.Keys.Where(name => !_file.Contains(name)).ToList() is { Count: > 0 } missing)
        {
            throw new InvalidDataException(
                $"{Path}: {Missing(missing[0])}{(missing.Count > 1 ? $" (and {missing.Count - 1} more)" : "")}{Leftover()}.");
        }

        var values = byName.Select(pair => (Target: pair.Value, Value: ReadFor(pair.Key, pair.Value))).ToList();
        if (Leftover() is { Length: > 0 } leftover)
        {
            throw new InvalidDataException($"{Path}: {leftover[2..]}.");
        }

        foreach (var (target, value) in values)
        {
            target.copy_(value);
        }
    }

    /// <summary>Refuses base weights that the adapter was not trained on, where the file names those.</summary>
    public void RequireBase(IReadOnlyList<TargetLayer> targets)
    {
        if (!_file.Metadata.TryGetValue(BaseHashKey, out var expected))
        {
            return;
        }

        var found = WeightHash.Of(targets.Where(target => !_file.Contains(BaseName(target.Name, "weight"))));
        if (found != expected)
        {
            throw new InvalidDataException(
                $"{Path}: the adapter was trained on other base weights: found SHA-256 {found}, expected {expected}.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private Tensor ReadFor(string name, Tensor target)
    {
        RequireShape(name, target.shape);
        var value = Read(name);
        if (value.is_floating_point() != target.is_floating_point())
        {
            throw new InvalidDataException(
                $"{Path}: tensor '{name}': found element type {SafetensorsDtype.Name(value.dtype)}, expected "
                    + $"{(target.is_floating_point() ? "a floating-point type" : "an integer type")}.");
        }

        // A value that is finite in the file may not be in the type of the adapter or model.
        using var converted = value.to_type(target.dtype);
        return converted.isfinite().all().item<bool>()
            ? value
            : throw new InvalidDataException($"{Path}: tensor '{name}' holds NaN or infinity.");
    }

    private void RequireShape(string name, IReadOnlyList<long> expected)
    {
        if (!_file.Shape(name).SequenceEqual(expected))
        {
            throw new InvalidDataException(
                $"{Path}: tensor '{name}': found shape [{string.Join(", ", _file.Shape(name))}], expected "
                    + $"[{string.Join(", ", expected)}].");
        }
    }

    private static string Missing(string name) => $"tensor '{name}' is missing";

    private string Leftover()
    {
        var unknown = _file.Names.Where(name => !_read.Contains(name)).ToList();
        return unknown.Count == 0
            ? ""
            : $"; {unknown.Count} of {_file.Names.Count} tensors match nothing in the model: "
                + $"{string.Join(", ", unknown.Take(NamedAtMost))}{(unknown.Count > NamedAtMost ? ", .." : "")}";
    }
}
