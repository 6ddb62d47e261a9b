using SpectralAdapters.Attachment;
using static TorchSharp.torch;

namespace SpectralAdapters.Files;

/// <summary>
/// The tensors of an adapter folder. Names, shapes, values and the base weights are checked before anything is changed.
/// </summary>
internal sealed class AdapterTensors : IDisposable
{
    /// <summary>What PEFT, and we after it, put before the names of a model's own modules.</summary>
    public const string ModelPrefix = "base_model.model.";

    private const string FileName = "adapter_model.safetensors";
    private const string BaseHashKey = "base_sha256";
    private const int NamedAtMost = 5;

    private readonly SafetensorsFile _file;

    private AdapterTensors(SafetensorsFile file) => _file = file;

    /// <summary>The file's path, for messages.</summary>
    public string Path => _file.Path;

    /// <summary>How many numbers the file holds.</summary>
    public long NumberCount => _file.Names.Sum(name => _file.Shape(name).Aggregate(1L, (count, side) => count * side));

    /// <summary>Opens the file of a folder and checks its header.</summary>
    public static AdapterTensors Open(string folder) => new(SafetensorsFile.Open(System.IO.Path.Combine(folder, FileName)));

    /// <summary>Writes the file of a folder atomically.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="tensors">The tensors with their full names.</param>
    /// <param name="targets">The adapted layers, whose base weights' hash goes into the header; none for full fine-tuning.</param>
    public static void Write(string folder, IEnumerable<(string Name, Tensor Tensor)> tensors, IReadOnlyList<TargetLayer> targets)
    {
        var metadata = new Dictionary<string, string> { ["format"] = "pt" };
        if (targets.Count > 0)
        {
            metadata[BaseHashKey] = WeightHash.Of(targets);
        }

        var byName = tensors.ToDictionary(pair => pair.Name, pair => pair.Tensor);
        SafetensorsWriter.Write(System.IO.Path.Combine(folder, FileName), byName, metadata);
    }

    /// <summary>Whether the file holds a tensor.</summary>
    public bool Contains(string name) => _file.Contains(name);

    /// <summary>One tensor.</summary>
    /// <exception cref="InvalidDataException">It is missing.</exception>
    public Tensor Read(string name) => _file.Contains(name)
        ? _file.Read(name)
        : throw new InvalidDataException($"{Path}: tensor '{name}' is missing.");

    /// <summary>Copies the file's tensors into those of an adapted model; both must name the same ones.</summary>
    /// <exception cref="InvalidDataException">
    /// A tensor is missing, unknown, of another shape, or not finite; nothing is then copied.
    /// </exception>
    public void CopyInto(IEnumerable<(string Name, Tensor Tensor)> targets)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var values = new Dictionary<string, (Tensor Target, Tensor Value)>();
        foreach (var (name, target) in targets)
        {
            var value = Read(name);
            if (!value.shape.SequenceEqual(target.shape))
            {
                throw new InvalidDataException(
                    $"{Path}: tensor '{name}': found shape [{string.Join(", ", value.shape)}], expected "
                        + $"[{string.Join(", ", target.shape)}].");
            }

            if (!value.isfinite().all().item<bool>())
            {
                throw new InvalidDataException($"{Path}: tensor '{name}' holds NaN or infinity.");
            }

            values.Add(name, (target, value));
        }

        var unknown = _file.Names.Where(name => !values.ContainsKey(name)).ToList();
        if (unknown.Count > 0)
        {
            throw new InvalidDataException(
                $"{Path}: {unknown.Count} of {_file.Names.Count} tensors match nothing in the model: " +
                $"{string.Join(", ", unknown.Take(NamedAtMost))}{(unknown.Count > NamedAtMost ? ", .." : "")}.");
        }

        foreach (var (target, value) in values.Values)
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

        var found = WeightHash.Of(targets);
        if (found != expected)
        {
            throw new InvalidDataException(
                $"{Path}: the adapter was trained on other base weights: found SHA-256 {found}, expected {expected}.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
