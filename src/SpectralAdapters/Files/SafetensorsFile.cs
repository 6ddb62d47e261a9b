using Microsoft.Win32.SafeHandles;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralAdapters.Files;

/// <summary>
/// A safetensors file, opened for reading (https://huggingface.co/docs/safetensors). The whole header is checked on
/// opening, before any tensor is made.
/// </summary>
public sealed class SafetensorsFile : ITensorFile
{
    private readonly SafeFileHandle _handle;
    private readonly SafetensorsHeader _header;

    private SafetensorsFile(string path, SafeFileHandle file, SafetensorsHeader header)
    {
        Path = path;
        _handle = file;
        _header = header;
        Names = [.. header.Entries.OrderBy(pair => pair.Value.Begin).ThenBy(pair => pair.Value.End).Select(pair => pair.Key)];
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The number of bytes of all tensors together.</summary>
    public long DataLength => _header.DataLength;

    /// <summary>The free strings of the header (<c>__metadata__</c>).</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The header is not JSON, names a tensor twice, or its offsets do not fit the shapes, overlap, leave a gap or leave the file.
    /// </exception>
    public static SafetensorsFile Open(string path)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            return new SafetensorsFile(path, file, SafetensorsHeader.Read(path, file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file, reads every tensor and closes it.</summary>
    /// <inheritdoc cref="Open"/>
    public static Dictionary<string, Tensor> ReadAll(string path, Device? device = null)
    {
        using var file = Open(path);
        return file.ReadAll(device);
    }

    /// <inheritdoc/>
    public bool Contains(string name) => _header.Entries.ContainsKey(name);

    /// <inheritdoc/>
    public IReadOnlyList<long> Shape(string name) => Entry(name).Shape;

    /// <inheritdoc/>
    public ScalarType Dtype(string name) => Entry(name) is var entry && entry.Dtype is { } dtype
        ? dtype
        : throw new InvalidDataException(
            $"{Path}: tensor '{name}': found dtype {entry.DtypeName}, expected one of {SafetensorsDtype.AllNames}.");

    /// <inheritdoc/>
    public Tensor Read(string name, Device? device = null)
    {
        var entry = Entry(name);
        var tensor = torch.empty(entry.Shape, Dtype(name), torch.CPU);
        try
        {
            TensorBytes.ForEachBlock(tensor, (block, offset) =>
                _handle.ReadExactly(block, entry.Begin + offset));
        }
        catch (Exception exception) when (exception is IOException)
        {
            tensor.Dispose();
            throw new InvalidDataException($"{Path}: tensor '{name}': {exception.Message}", exception);
        }

        if (device is null || device.type == DeviceType.CPU)
        {
            return tensor;
        }

        using (tensor)
        {
            return tensor.to(device);
        }
    }

    /// <summary>Reads every tensor, each into memory of its own.</summary>
    public Dictionary<string, Tensor> ReadAll(Device? device = null) =>
        Names.ToDictionary(name => name, name => Read(name, device));

    /// <summary>Closes the file; tensors read from it stay valid.</summary>
    public void Dispose() => _handle.Dispose();

    private SafetensorsHeader.Entry Entry(string name) =>
        _header.Entries.TryGetValue(name, out var entry)
            ? entry
            : throw new KeyNotFoundException(
                $"{Path}: tensor '{name}': not found among {Names.Count} tensors (the first: {string.Join(", ", Names.Take(3))}).");
}
