using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace SpectralAdapters.Files;

/// <summary>The checked table of contents of a safetensors file.</summary>
internal sealed class SafetensorsHeader
{
    /// <summary>Length of the number that gives the length of the JSON text.</summary>
    public const int PrefixLength = 8;

    // The reference library refuses longer headers too; it keeps a damaged length from allocating all memory.
    private const long MaximumJsonLength = 100_000_000;
    private const string MetadataKey = "__metadata__";

    private readonly string _path;

    private SafetensorsHeader(string path, long dataLength)
    {
        _path = path;
        DataLength = dataLength;
    }

    /// <summary>
    /// One tensor: where its bytes lie, counted from the start of the file. Its type is null where PyTorch has none such.
    /// </summary>
    public sealed record Entry(string DtypeName, ScalarType? Dtype, long[] Shape, long Begin, long End);

    /// <summary>The number of bytes after the header.</summary>
    public long DataLength { get; }

    public Dictionary<string, Entry> Entries { get; } = [];

    public Dictionary<string, string> Metadata { get; } = [];

    public static SafetensorsHeader Read(string path, SafeFileHandle file)
    {
        var fileLength = RandomAccess.GetLength(file);
        if (fileLength < PrefixLength)
        {
            throw new InvalidDataException(
                $"{path}: found {fileLength} bytes, expected a safetensors file (at least {PrefixLength} bytes).");
        }

        Span<byte> prefix = stackalloc byte[PrefixLength];
        file.ReadExactly(prefix, 0);
        var jsonLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (jsonLength > MaximumJsonLength || (long)jsonLength > fileLength - PrefixLength)
        {
            throw new InvalidDataException(
                $"{path}: the header claims {jsonLength} bytes, expected at most {Math.Min(MaximumJsonLength, fileLength - PrefixLength)} "
                + $"(the file has {fileLength} bytes: it is truncated or not a safetensors file).");
        }

        var json = new byte[jsonLength];
        file.ReadExactly(json, PrefixLength);
        var header = new SafetensorsHeader(path, fileLength - PrefixLength - (long)jsonLength);
        header.Parse(json, PrefixLength + (long)jsonLength);
        return header;
    }

    private void Parse(byte[] json, long dataStart)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new InvalidDataException($"{_path}: header: found JSON {document.RootElement.ValueKind}, expected an object.");
            }

            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name == MetadataKey)
                {
                    ParseMetadata(property.Value);
                }
                else if (!Entries.TryAdd(property.Name, ParseEntry(property.Name, property.Value, dataStart)))
                {
                    throw new InvalidDataException($"{_path}: tensor '{property.Name}': found twice in the header, expected once.");
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException(
                $"{_path}: header: found {json.Length} bytes that are not JSON in UTF-8: {exception.Message}", exception);
        }

        CheckCoverage(dataStart);
    }

    private void ParseMetadata(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException($"{_path}: {MetadataKey}: found JSON {element.ValueKind}, expected an object of strings.");
        }

        foreach (var property in element.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String || !Metadata.TryAdd(property.Name, property.Value.GetString()!))
            {
                throw new InvalidDataException(
                    $"{_path}: {MetadataKey}: key '{property.Name}': found {property.Value.GetRawText()}, expected one string.");
            }
        }
    }

    private Entry ParseEntry(string name, JsonElement element, long dataStart)
    {
        if (element.ValueKind != JsonValueKind.Object
            || !element.TryGetProperty("dtype", out var dtypeElement) || dtypeElement.ValueKind != JsonValueKind.String
            || !element.TryGetProperty("shape", out var shapeElement) || !TryGetCounts(shapeElement, out var shape)
            || !element.TryGetProperty("data_offsets", out var offsetsElement) || !TryGetCounts(offsetsElement, out var offsets)
            || offsets.Length != 2 || element.EnumerateObject().CountBy(field => field.Name).Any(field => field.Value > 1))
        {
            throw new InvalidDataException(
                $"{_path}: tensor '{name}': found {element.GetRawText()}, expected an object with dtype (string), shape (counts) and "
                    + "data_offsets (two counts).");
        }

        var dtypeName = dtypeElement.GetString()!;
        var dtype = SafetensorsDtype.Parse(dtypeName);
        if (offsets[0] > offsets[1] || offsets[1] > DataLength)
        {
            throw new InvalidDataException(
                $"{_path}: tensor '{name}': found data_offsets [{offsets[0]}, {offsets[1]}], expected an ascending range inside the "
                    + $"{DataLength} data bytes of the file.");
        }

        // A tensor of another type is no obstacle to those beside it: its place is checked, its content is not read.
        if (dtype is not null
            && (!TryGetByteCount(shape, SafetensorsDtype.Size(dtype.Value), out var byteCount) || byteCount != offsets[1] - offsets[0]))
        {
            throw new InvalidDataException(
                $"{_path}: tensor '{name}': found {offsets[1] - offsets[0]} bytes, expected those of {dtypeName} "
                    + $"[{string.Join(", ", shape)}].");
        }

        return new Entry(dtypeName, dtype, shape, dataStart + offsets[0], dataStart + offsets[1]);
    }

    // The format demands that the tensors cover the data without holes or overlaps: nothing else can hide in a file.
    private void CheckCoverage(long dataStart)
    {
        var position = dataStart;
        foreach (var (name, entry) in Entries.OrderBy(pair => pair.Value.Begin).ThenBy(pair => pair.Value.End))
        {
            if (entry.Begin != position)
            {
                var kind = entry.Begin < position ? "an overlap" : "a gap";
                throw new InvalidDataException(
                    $"{_path}: tensor '{name}': found data_offsets that begin at {entry.Begin - dataStart} ({kind}), expected "
                        + $"{position - dataStart}.");
            }

            position = entry.End;
        }

        if (position != dataStart + DataLength)
        {
            throw new InvalidDataException(
                $"{_path}: found {DataLength} data bytes, expected {position - dataStart} (the end of the last tensor).");
        }
    }

    private static bool TryGetCounts(JsonElement element, out long[] counts)
    {
        counts = [];
        if (element.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        counts = new long[element.GetArrayLength()];
        for (var i = 0; i < counts.Length; i++)
        {
            var item = element[i];
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out counts[i]) || counts[i] < 0)
            {
                return false;
            }
        }

        return true;
    }

    // PyTorch computes strides as if no size were 0, so that the sizes of an empty tensor have the same limit.
    private static bool TryGetByteCount(long[] shape, int elementSize, out long byteCount)
    {
        byteCount = elementSize;
        foreach (var size in shape.Select(size => Math.Max(size, 1)))
        {
            if (byteCount > long.MaxValue / size)
            {
                return false;
            }

            byteCount *= size;
        }

        byteCount = shape.Contains(0) ? 0 : byteCount;
        return true;
    }
}
