using System.IO.Compression;
using System.Text;
using SpectralAdapters.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelZoo.Checkpoints;

/// <summary>
/// A state dict that PyTorch's torch.save wrote (a zip archive, PyTorch 1.6 and later), opened for reading. Nothing in it
/// is executed: the pickle is read by an interpreter that knows a state dict's few operations and names only.
/// </summary>
public sealed class TorchFile : ITensorFile
{
    private const string PickleName = "data.pkl";
    private const long MaximumPickleLength = 100_000_000;

    private readonly ZipArchive _archive;
    private readonly string _prefix;
    private readonly OrderedDictionary<string, PickledTensor> _tensors = [];

    private TorchFile(string path, ZipArchive archive, string prefix)
    {
        Path = path;
        _archive = archive;
        _prefix = prefix;
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Names => _tensors.Keys;

    /// <summary>Opens a file and checks every tensor's place in it.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, holds more than a state dict, or names code.</exception>
    public static TorchFile Open(string path)
    {
        var stream = File.OpenRead(path);
        ZipArchive? archive = null;
        try
        {
            CheckSignature(stream);
            archive = new ZipArchive(stream, ZipArchiveMode.Read);
            var pickle = archive.Entries.SingleOrDefault(entry => entry.Name == PickleName)
                ?? throw new InvalidDataException($"found no single {PickleName}, expected a state dict of torch.save.");
            var file = new TorchFile(path, archive, pickle.FullName[..^PickleName.Length]);
            file.CheckByteOrder();
            file.ReadPickle(pickle);
            return file;
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException or IOException)
        {
            archive?.Dispose();
            stream.Dispose();
            throw new InvalidDataException($"{path}: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public bool Contains(string name) => _tensors.ContainsKey(name);

    /// <inheritdoc/>
    public IReadOnlyList<long> Shape(string name) => Find(name).Shape;

    /// <inheritdoc/>
    public ScalarType Dtype(string name) => Find(name).Storage.Dtype;

    /// <inheritdoc/>
    public Tensor Read(string name, Device? device = null)
    {
        var pickled = Find(name);
        using var scope = torch.NewDisposeScope();
        var storage = torch.empty(new[] { pickled.Storage.Count }, pickled.Storage.Dtype, torch.CPU); // [storage]
        try
        {
            using var stream = Entry(pickled.Storage).Open();
            TensorBytes.ForEachBlock(storage, (block, _) => stream.ReadExactly(block));
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            throw new InvalidDataException($"{Path}: tensor '{name}': {exception.Message}", exception);
        }

        var view = storage.as_strided(pickled.Shape, pickled.Strides, pickled.Offset);
        return view.clone().to(device ?? torch.CPU).MoveToOuterDisposeScope();
    }

    /// <summary>Closes the file; tensors read from it stay valid.</summary>
    public void Dispose() => _archive.Dispose();

    private static void CheckSignature(FileStream stream)
    {
        Span<byte> signature = stackalloc byte[2];
        if (stream.ReadAtLeast(signature, 2, throwOnEndOfStream: false) < 2 || !signature.SequenceEqual("PK"u8))
        {
            throw new InvalidDataException(
                "found no zip archive, expected a state dict of torch.save (a file of PyTorch before 1.6 must be saved again).");
        }

        stream.Position = 0;
    }

    private void CheckByteOrder()
    {
        if (_archive.GetEntry($"{_prefix}byteorder") is { } entry)
        {
            using var reader = new StreamReader(entry.Open(), Encoding.ASCII);
            var order = reader.ReadToEnd();
            if (order != "little")
            {
                throw new InvalidDataException($"found byte order {order}, expected little.");
            }
        }
    }

    private void ReadPickle(ZipArchiveEntry entry)
    {
        if (entry.Length > MaximumPickleLength)
        {
            throw new InvalidDataException($"found a pickle of {entry.Length} bytes, expected at most {MaximumPickleLength}.");
        }

        var bytes = new byte[entry.Length];
        using (var stream = entry.Open())
        {
            stream.ReadExactly(bytes);
        }

        if (PickleReader.Read(bytes) is not Dictionary<object, object?> dictionary)
        {
            throw new InvalidDataException("found no dictionary in the pickle, expected a state dict.");
        }

        foreach (var (key, value) in dictionary)
        {
            if (key is not string name || value is not PickledTensor tensor)
            {
                throw new InvalidDataException($"key '{key}': found {value?.GetType().Name ?? "nothing"}, expected a name with a tensor.");
            }

            CheckPlace(name, tensor);
            _tensors.Add(name, tensor);
        }
    }

    private void CheckPlace(string name, PickledTensor tensor)
    {
        var storage = tensor.Storage;
        var length = Entry(storage).Length;
        if (storage.Count < 0 || length / storage.ElementSize != storage.Count || length % storage.ElementSize != 0)
        {
            throw new InvalidDataException(
                $"key '{name}': found {length} bytes, expected those of {storage.Count} elements of {storage.Dtype}.");
        }

        Int128 last = tensor.Offset;
        var valid = tensor.Offset >= 0 && tensor.Shape.Length == tensor.Strides.Length;
        for (var i = 0; valid && i < tensor.Shape.Length; i++)
        {
            valid = tensor.Shape[i] >= 0 && tensor.Strides[i] >= 0;
            last += (Int128)Math.Max(tensor.Shape[i] - 1, 0) * tensor.Strides[i];
        }

        if (!valid || (!tensor.Shape.Contains(0) && last >= storage.Count))
        {
            throw new InvalidDataException(
                $"key '{name}': found shape [{string.Join(", ", tensor.Shape)}] with strides [{string.Join(", ", tensor.Strides)}] from "
                    + $"{tensor.Offset}, "
                + $"expected a view of {storage.Count} elements.");
        }
    }

    private ZipArchiveEntry Entry(PickledStorage storage)
    {
        var entry = _archive.GetEntry($"{_prefix}data/{storage.Key}")
            ?? throw new InvalidDataException($"found no entry {_prefix}data/{storage.Key}, expected a storage that the pickle names.");

        // torch.save never compresses, so a storage is never larger than its file.
        return entry.CompressedLength == entry.Length
            ? entry
            : throw new InvalidDataException(
                $"entry {entry.FullName}: found {entry.Length} bytes compressed to {entry.CompressedLength}, expected no compression.");
    }

    private PickledTensor Find(string name) =>
        _tensors.TryGetValue(name, out var tensor)
            ? tensor
            : throw new KeyNotFoundException($"{Path}: tensor '{name}': not found among {_tensors.Count} tensors (the first: "
                + $"{string.Join(", ", _tensors.Keys.Take(3))}).");
}
