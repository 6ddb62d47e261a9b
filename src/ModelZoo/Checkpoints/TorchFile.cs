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
    private readonly long _length;
    private readonly PickledStateDict _state;

    private TorchFile(string path, ZipArchive archive, ZipArchiveEntry pickle, long length)
    {
        Path = path;
        _archive = archive;
        _prefix = pickle.FullName[..^PickleName.Length];
        _length = length;
        CheckByteOrder();
        _state = PickledStateDict.Of(PickleReader.Read(Bytes(pickle)));
        foreach (var (name, tensor) in _state.Tensors)
        {
            CheckPlace(name, tensor);
        }
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Names => _state.Tensors.Keys;

    /// <summary>
    /// What stands in the file beside the tensors and is not read, such as the epoch of a training checkpoint: by name, with what it is.
    /// </summary>
    public IReadOnlyDictionary<string, string> Unread => _state.Unread;

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
            archive = OpenArchive(stream);
            var pickles = archive.Entries.Where(entry => entry.Name == PickleName).ToList();
            return pickles.Count == 1
                ? new TorchFile(path, archive, pickles[0], stream.Length)
                : throw new InvalidDataException($"found {pickles.Count} entries {PickleName}, expected one (a state dict of torch.save).");
        }
        catch (InvalidDataException exception)
        {
            archive?.Dispose();
            stream.Dispose();
            throw new InvalidDataException($"{path}: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public bool Contains(string name) => _state.Tensors.ContainsKey(name);

    /// <inheritdoc/>
    public IReadOnlyList<long> Shape(string name) => Find(name).Shape;

    /// <inheritdoc/>
    public ScalarType Dtype(string name) => Find(name).Storage is { Dtype: { } dtype } storage
        ? dtype
        : throw new InvalidDataException($"{Path}: tensor '{name}': found elements of {Find(name).Storage.TypeName}, which is not read.");

    /// <inheritdoc/>
    public Tensor Read(string name, Device? device = null)
    {
        var pickled = Find(name);
        var dtype = Dtype(name);
        using var scope = torch.NewDisposeScope();
        var storage = torch.empty(new[] { pickled.Storage.Count }, dtype, torch.CPU); // [storage]
        try
        {
            Reading(Entry(pickled.Storage), stream => TensorBytes.ForEachBlock(storage, (block, _) => stream.ReadExactly(block)));
        }
        catch (InvalidDataException exception)
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

    private static ZipArchive OpenArchive(FileStream stream)
    {
        try
        {
            var archive = new ZipArchive(stream, ZipArchiveMode.Read);
            return archive.Entries.Count > 0 ? archive : throw new InvalidDataException();
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            throw new InvalidDataException(
                $"found a zip archive of {stream.Length} bytes that is truncated or damaged, expected a state dict of torch.save.",
                exception);
        }
    }

    // What System.IO.Compression throws on headers that contradict each other.
    private static bool IsDamage(Exception exception) =>
        exception is InvalidDataException or IOException or ArgumentException or NotSupportedException or OverflowException;

    private static void Reading(ZipArchiveEntry entry, Action<Stream> read)
    {
        try
        {
            using var stream = entry.Open();
            read(stream);
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            throw new InvalidDataException(
                $"found a truncated or damaged entry {entry.FullName} of the archive, expected {entry.Length} bytes.", exception);
        }
    }

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        if (entry.Length is < 0 or > MaximumPickleLength)
        {
            throw new InvalidDataException(
                $"entry {entry.FullName}: found {entry.Length} bytes, expected at most {MaximumPickleLength}.");
        }

        var bytes = new byte[entry.Length];
        Reading(entry, stream => stream.ReadExactly(bytes));
        return bytes;
    }

    private void CheckByteOrder()
    {
        if (_archive.GetEntry($"{_prefix}byteorder") is { } entry && Encoding.ASCII.GetString(Bytes(entry)) is var order and not "little")
        {
            throw new InvalidDataException($"found byte order {order}, expected little.");
        }
    }

    private void CheckPlace(string name, PickledTensor tensor)
    {
        var storage = tensor.Storage;
        if (storage.Dtype is null)
        {
            return;
        }

        var length = Entry(storage).Length;
        if (storage.Count < 0 || length / storage.ElementSize != storage.Count || length % storage.ElementSize != 0)
        {
            throw new InvalidDataException(
                $"key '{name}': found {length} bytes, expected those of {storage.Count} elements of {storage.Dtype}.");
        }

        Int128 last = tensor.Offset;
        Int128 count = 1;
        var isEmpty = tensor.Shape.Contains(0);

        // Views repeat elements where a stride is zero; none has more of them than the file has bytes. Sizes beside a zero only have to
        // have a product.
        var mostElements = isEmpty ? long.MaxValue / sizeof(double) : _length / storage.ElementSize;
        var valid = tensor.Offset >= 0 && tensor.Shape.Length == tensor.Strides.Length;
        for (var i = 0; valid && i < tensor.Shape.Length; i++)
        {
            last += (Int128)Math.Max(tensor.Shape[i] - 1, 0) * tensor.Strides[i];
            count *= Math.Max(tensor.Shape[i], 1);
            valid = tensor.Shape[i] >= 0 && tensor.Strides[i] >= 0 && count <= mostElements;
        }

        if (!valid || (!isEmpty && last >= storage.Count))
        {
            throw new InvalidDataException(
                $"key '{name}': found shape [{string.Join(", ", tensor.Shape)}] with strides [{string.Join(", ", tensor.Strides)}] from "
                    + $"{tensor.Offset}, expected a view of {storage.Count} elements that is no larger than the file ({_length} bytes).");
        }
    }

    private ZipArchiveEntry Entry(PickledStorage storage)
    {
        var entry = _archive.GetEntry($"{_prefix}data/{storage.Key}")
            ?? throw new InvalidDataException($"found no entry {_prefix}data/{storage.Key}, expected a storage that the pickle names.");

        // torch.save never compresses, so a storage is never larger than its file.
        return entry.CompressedLength != entry.Length
            ? throw new InvalidDataException(
                $"entry {entry.FullName}: found {entry.Length} bytes compressed to {entry.CompressedLength}, expected no compression.")
            : entry.Length >= 0 && entry.Length <= _length
                ? entry
                : throw new InvalidDataException($"entry {entry.FullName}: found {entry.Length} bytes in a file of {_length}.");
    }

    private PickledTensor Find(string name) =>
        _state.Tensors.TryGetValue(name, out var tensor)
            ? tensor
            : throw new KeyNotFoundException($"{Path}: tensor '{name}': not found among {_state.Tensors.Count} tensors (the first: "
                + $"{string.Join(", ", _state.Tensors.Keys.Take(3))}).");
}
