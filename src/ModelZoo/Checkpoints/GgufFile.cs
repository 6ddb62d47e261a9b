using System.Buffers;
using System.Runtime.InteropServices;
using ModelZoo.Decoder;
using SpectralAdapters.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelZoo.Checkpoints;

/// <summary>
/// A GGUF file (version 2 or 3) with a model of the Llama architecture, opened for reading under Hugging Face's names. Tensors of F32, F16
/// and BF16 keep their type; blocks of Q8_0, Q4_0 and Q4_1 are dequantised in float32 when they are read. The rows of query and key
/// projections, which such a file holds in rotary pairs, are put back into halves.
/// </summary>
public sealed class GgufFile : ITensorFile
{
    private const int BlocksPerRead = 1 << 15;

    private readonly FileStream _stream;
    private readonly OrderedDictionary<string, Entry> _entries = [];

    private GgufFile(string path, FileStream stream)
    {
        (Path, _stream) = (path, stream);
        var header = GgufHeader.Read(stream);
        Config = GgufLlama.Config(header);
        Config.Validate();
        foreach (var (name, place) in header.Entries)
        {
            var entry = new Entry(name, place, GgufLlama.RotaryHeads(name, Config));
            if (entry.RotaryHeads is { } heads && (place.Shape.Length != 2 || place.Shape[0] % (2 * heads) != 0))
            {
                throw new InvalidDataException(
                    $"tensor '{name}': found shape [{string.Join(", ", place.Shape)}], expected rows in rotary pairs of {heads} heads.");
            }

            if (!_entries.TryAdd(GgufLlama.Name(name), entry))
            {
                throw new InvalidDataException(
                    $"tensor '{name}': found '{_entries[GgufLlama.Name(name)].NameInFile}' too, expected one of them.");
            }
        }
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Names => _entries.Keys;

    /// <summary>
    /// The model's sizes, as the metadata state them. They know neither the family (Mistral's GGUFs are of the Llama architecture) nor the
    /// standard deviation of the initial weights. The head is tied to the embedding where the file has none.
    /// </summary>
    public DecoderConfig Config { get; }

    /// <summary>Opens a file and checks its header; no tensor is read.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is damaged or truncated, holds another architecture, a type of tensor that is not read, or settings that change what the
    /// model computes, such as scaled rotary embeddings.
    /// </exception>
    public static GgufFile Open(string path)
    {
        var stream = File.OpenRead(path);
        try
        {
            return new GgufFile(path, stream);
        }
        catch (Exception exception) when (exception is InvalidDataException or ArgumentException)
        {
            stream.Dispose();
            throw new InvalidDataException($"{path}: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public bool Contains(string name) => _entries.ContainsKey(name);

    /// <inheritdoc/>
    public IReadOnlyList<long> Shape(string name) => Find(name).Place.Shape;

    /// <inheritdoc/>
    public ScalarType Dtype(string name) => Find(name).Place.Type.Dtype;

    /// <inheritdoc/>
    public Tensor Read(string name, Device? device = null)
    {
        var (nameInFile, place, rotaryHeads) = Find(name);
        using var scope = torch.NewDisposeScope();
        var tensor = torch.empty(place.Shape, place.Type.Dtype, torch.CPU);
        try
        {
            TensorBytes.ForEachBlock(tensor, (block, offset) => Fill(place, block, offset));
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidDataException($"{Path}: tensor '{nameInFile}': {exception.Message}", exception);
        }

        var oriented = rotaryHeads is { } heads ? Halves(tensor, heads) : tensor;
        return oriented.to(device ?? torch.CPU).MoveToOuterDisposeScope();
    }

    /// <summary>Closes the file; tensors read from it stay valid.</summary>
    public void Dispose() => _stream.Dispose();

    // Rows (2i, 2i + 1) of each head to (i, i + d/2).
    private static Tensor Halves(Tensor weight, int heads)
    {
        var (rows, columns) = (weight.shape[0], weight.shape[1]);
        var pairs = weight.view(heads, rows / heads / 2, 2, columns); // [H, d/2, 2, in]
        return pairs.transpose(1, 2).contiguous().view(rows, columns); // [H d, in]
    }

    private void Fill(GgufHeader.Entry place, Span<byte> memory, long offset)
    {
        var type = place.Type;
        if (!type.IsQuantised)
        {
            _stream.SafeFileHandle.ReadExactly(memory, place.Begin + offset);
            return;
        }

        var values = MemoryMarshal.Cast<byte, float>(memory);
        var position = place.Begin + (offset / sizeof(float) / type.BlockElements * type.BlockBytes);
        var buffer = ArrayPool<byte>.Shared.Rent(BlocksPerRead * type.BlockBytes);
        while (values.Length > 0)
        {
            var count = Math.Min(values.Length / type.BlockElements, BlocksPerRead);
            var blocks = buffer.AsSpan(0, count * type.BlockBytes);
            _stream.SafeFileHandle.ReadExactly(blocks, position);
            GgufBlocks.Dequantise(type, blocks, values[..(count * type.BlockElements)]);
            values = values[(count * type.BlockElements)..];
            position += blocks.Length;
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    private Entry Find(string name) => _entries.TryGetValue(name, out var entry)
        ? entry
        : throw new KeyNotFoundException(
            $"{Path}: tensor '{name}': not found among {Names.Count} tensors (the first: {string.Join(", ", Names.Take(3))}).");

    private sealed record Entry(string NameInFile, GgufHeader.Entry Place, int? RotaryHeads);
}
