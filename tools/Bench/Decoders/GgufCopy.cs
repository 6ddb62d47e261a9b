using System.Buffers.Binary;
using System.Text;
using ModelZoo.Checkpoints;
using ModelZoo.Decoder;
using SpectralAdapters.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace Bench.Decoders;

/// <summary>
/// Writes the tensors of a GGUF file again, unquantised, under the same metadata: for programs that read no other format.
/// </summary>
internal static class GgufCopy
{
    private const uint Float32 = 0;
    private const uint Bfloat16 = 30;
    private const int Alignment = 32;

    // Magic number, version, and the number of tensors.
    private const int BeforePairs = (2 * sizeof(uint)) + sizeof(ulong);

    /// <summary>Writes a copy; vectors stay in float32, as programs expect.</summary>
    /// <param name="source">The file, of the Llama architecture.</param>
    /// <param name="path">The copy.</param>
    /// <param name="type">The element type of the matrices: float32 or bfloat16.</param>
    public static void Write(string source, string path, ScalarType type)
    {
        using var stream = File.OpenRead(source);
        var header = GgufHeader.Read(stream);
        using var file = GgufFile.Open(source);
        var entries = header.Entries
            .Select(pair => (pair.Key, pair.Value.Shape, Type: pair.Value.Shape.Length == 1 ? ScalarType.Float32 : type)).ToList();
        // Under another name until it is complete.
        var unfinished = path + ".tmp";
        using (var output = File.Create(unfinished))
        {
            output.Write(Prefix(stream, header));
            var offset = 0L;
            foreach (var (name, shape, kind) in entries)
            {
                output.Write(Info(name, shape, kind, offset));
                offset = Aligned(offset + Bytes(shape, kind));
            }

            Pad(output);
            foreach (var (name, shape, kind) in entries)
            {
                using var scope = NewDisposeScope();
                var tensor = file.Read(GgufLlama.Name(name)); // [m, n] or [n]
                var stored = GgufLlama.RotaryHeads(name, file.Config) is { } heads ? Pairs(tensor, heads) : tensor;
                TensorBytes.ForEachBlock(stored.to_type(kind).contiguous(), (block, _) => output.Write(block));
                Pad(output);
            }
        }

        File.Move(unfinished, path, overwrite: true);
    }

    // Everything before the tensors' descriptions. The data's alignment is the format's own: a file that states another is refused.
    private static byte[] Prefix(Stream stream, GgufHeader header)
    {
        if (header.Metadata.Integer("general.alignment", Alignment) != Alignment)
        {
            throw new InvalidDataException($"found data aligned otherwise, expected an alignment of {Alignment}.");
        }

        var prefix = new byte[header.MetadataEnd];
        stream.Position = 0;
        stream.ReadExactly(prefix);
        BinaryPrimitives.WriteUInt64LittleEndian(prefix.AsSpan(BeforePairs - sizeof(ulong)), (ulong)header.Entries.Count);
        return prefix;
    }

    private static byte[] Info(string name, long[] shape, ScalarType type, long offset)
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        var text = Encoding.UTF8.GetBytes(name);
        writer.Write((ulong)text.Length);
        writer.Write(text);
        writer.Write((uint)shape.Length);
        foreach (var size in shape.Reverse())
        {
            writer.Write((ulong)size);
        }

        writer.Write(type == ScalarType.BFloat16 ? Bfloat16 : Float32);
        writer.Write((ulong)offset);
        return memory.ToArray();
    }

    // Rows (i, i + d/2) of each head to (2i, 2i + 1).
    private static Tensor Pairs(Tensor weight, int heads)
    {
        var (rows, columns) = (weight.shape[0], weight.shape[1]);
        return weight.view(heads, 2, rows / heads / 2, columns).transpose(1, 2).contiguous().view(rows, columns); // [H d, in]
    }

    private static long Bytes(long[] shape, ScalarType type) =>
        shape.Aggregate(1L, (product, size) => product * size) * (type == ScalarType.BFloat16 ? 2 : 4);

    private static long Aligned(long position) => (position + Alignment - 1) / Alignment * Alignment;

    private static void Pad(Stream output) => output.Write(new byte[Aligned(output.Position) - output.Position]);
}
