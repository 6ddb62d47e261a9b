using System.Numerics;

namespace ModelZoo.Checkpoints;

/// <summary>The checked header of a GGUF file (version 2 or 3): metadata, and the place of each tensor.</summary>
internal sealed class GgufHeader
{
    private const uint Magic = 0x46554747; // "GGUF"
    private const int MostDimensions = 4;
    private const int DefaultAlignment = 32;
    private const int LeastAlignment = 8;
    private const string AlignmentKey = "general.alignment";

    // The lengths and numbers of a tensor with one dimension and an empty name.
    private const int ShortestTensor = (3 * sizeof(ulong)) + (2 * sizeof(uint));

    private readonly OrderedDictionary<string, Entry> _entries = [];
    private readonly GgufReader _reader;
    private readonly int _alignment;

    private GgufHeader(GgufReader reader)
    {
        _reader = reader;
        if (reader.Remaining < sizeof(uint) || reader.UInt32("magic number") != Magic)
        {
            throw new InvalidDataException("found no GGUF at the beginning, expected a GGUF file.");
        }

        if (reader.UInt32("version") is var version and not (2 or 3))
        {
            throw new InvalidDataException($"found version {version}, expected GGUF version 2 or 3 in little-endian order.");
        }

        var (tensors, pairs) = (reader.UInt64("number of tensors"), reader.UInt64("number of metadata"));
        Metadata = GgufMetadata.Read(reader, pairs);
        MetadataEnd = reader.Position;
        _alignment = Metadata.Integer(AlignmentKey, DefaultAlignment);
        if (_alignment < LeastAlignment || !BitOperations.IsPow2(_alignment))
        {
            throw Metadata.Unexpected(AlignmentKey, $"a power of two of at least {LeastAlignment}");
        }

        reader.Require(tensors, ShortestTensor, "tensors");
        for (ulong k = 0; k < tensors; k++)
        {
            AddTensor(k);
        }

        Place(Aligned(reader.Position), reader.Position + reader.Remaining);
    }

    public GgufMetadata Metadata { get; }

    /// <summary>The byte behind the metadata, where the tensors are described.</summary>
    public long MetadataEnd { get; }

    /// <summary>The tensors in the order of the file.</summary>
    public IReadOnlyDictionary<string, Entry> Entries => _entries;

    /// <exception cref="InvalidDataException">The header is damaged, or tensors do not fit each other or the file.</exception>
    public static GgufHeader Read(Stream stream) => new(new GgufReader(stream));

    private void AddTensor(ulong k)
    {
        var name = _reader.Text($"tensor {k}");
        var what = $"tensor '{name}'";
        var dimensions = _reader.UInt32(what);
        if (dimensions is 0 or > MostDimensions)
        {
            throw new InvalidDataException($"{what}: found {dimensions} dimensions, expected 1 to {MostDimensions}.");
        }

        var shape = new long[dimensions];
        Int128 elements = 1;

        // The file begins with the size that varies fastest.
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            var size = _reader.UInt64(what);
            elements = size is > 0 and <= long.MaxValue && elements <= long.MaxValue ? elements * size : 0;
            shape[i] = (long)size;
        }

        var id = _reader.UInt32(what);
        if (GgufType.Find(id) is not { } type)
        {
            throw new InvalidDataException(
                $"{what}: found elements of type {GgufType.Describe(id)}, expected one of {GgufType.AllNames}.");
        }

        var bytes = elements / type.BlockElements * type.BlockBytes;
        if (shape[^1] % type.BlockElements != 0 || bytes <= 0 || bytes > long.MaxValue)
        {
            throw new InvalidDataException(
                $"{what}: found shape [{string.Join(", ", shape.Select(size => (ulong)size))}], expected sizes above 0 in rows of whole "
                    + $"blocks of {type.BlockElements} ({type.Name}).");
        }

        var offset = _reader.UInt64(what);
        if (offset % (ulong)_alignment != 0 || offset > long.MaxValue)
        {
            throw new InvalidDataException($"{what}: found offset {offset}, expected a multiple of the alignment {_alignment}.");
        }

        if (!_entries.TryAdd(name, new Entry(type, shape, (long)offset, (long)bytes)))
        {
            throw new InvalidDataException($"{what}: found twice, expected once.");
        }
    }

    // Tensors cover the data without overlaps, and without gaps other than those of the alignment: a wrong number of tensors shows.
    private void Place(long dataStart, long fileLength)
    {
        Int128 end = 0;
        Int128 next = 0;
        foreach (var (name, entry) in _entries.OrderBy(pair => pair.Value.Begin).ToList())
        {
            if (entry.Begin != next)
            {
                throw new InvalidDataException(
                    $"tensor '{name}': found offset {entry.Begin} ({(entry.Begin < next ? "an overlap" : "a gap")}), expected {next}.");
            }

            end = (Int128)entry.Begin + entry.Length;
            next = (end + _alignment - 1) / _alignment * _alignment;
            if (dataStart + end > fileLength)
            {
                throw new InvalidDataException(
                    $"tensor '{name}': found its end at byte {dataStart + end} of a file of {fileLength} bytes, expected it inside: "
                        + "truncated or damaged.");
            }

            _entries[name] = entry with { Begin = dataStart + entry.Begin };
        }

        if (fileLength > dataStart + next || fileLength < dataStart + end)
        {
            throw new InvalidDataException(
                $"found a file of {fileLength} bytes, expected {dataStart + end} to {dataStart + next}, the end of the last of "
                    + $"{_entries.Count} tensors.");
        }
    }

    private long Aligned(long position) => (position + _alignment - 1) / _alignment * _alignment;

    /// <summary>One tensor: its type, its shape (rows last), and where its bytes lie in the file.</summary>
    public sealed record Entry(GgufType Type, long[] Shape, long Begin, long Length);
}
