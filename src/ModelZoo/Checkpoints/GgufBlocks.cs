using System.Buffers.Binary;

namespace ModelZoo.Checkpoints;

/// <summary>
/// Values of ggml's blocks of 32, in float32. A block begins with its scale d (and, in Q4_1, its minimum m) in float16; quants of four bits
/// lie two in a byte, the low ones belonging to the first half of the block.
/// </summary>
internal static class GgufBlocks
{
    private const int Scale = 2;

    /// <summary>Dequantises whole blocks.</summary>
    /// <param name="type">A type with blocks.</param>
    /// <param name="blocks">Their bytes.</param>
    /// <param name="values">The values.</param>
    public static void Dequantise(GgufType type, ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; blocks.Length > 0; blocks = blocks[type.BlockBytes..], values = values[type.BlockElements..])
        {
            var block = blocks[..type.BlockBytes];
            var d = (float)BinaryPrimitives.ReadHalfLittleEndian(block);
            if (type == GgufType.Q8_0)
            {
                Bytes(block[Scale..], d, values);
            }
            else if (type == GgufType.Q4_0)
            {
                // q - 8, from -8 to 7; adding -0 changes no value, not even a zero's sign.
                Nibbles(block[Scale..], d, zero: 8, m: -0f, values);
            }
            else
            {
                Nibbles(block[(2 * Scale)..], d, zero: 0, (float)BinaryPrimitives.ReadHalfLittleEndian(block[Scale..]), values);
            }
        }
    }

    private static void Bytes(ReadOnlySpan<byte> quants, float d, Span<float> values)
    {
        for (var i = 0; i < quants.Length; i++)
        {
            values[i] = d * (sbyte)quants[i];
        }
    }

    private static void Nibbles(ReadOnlySpan<byte> quants, float d, int zero, float m, Span<float> values)
    {
        for (var i = 0; i < quants.Length; i++)
        {
            values[i] = (d * ((quants[i] & 15) - zero)) + m;
            values[i + quants.Length] = (d * ((quants[i] >> 4) - zero)) + m;
        }
    }
}
