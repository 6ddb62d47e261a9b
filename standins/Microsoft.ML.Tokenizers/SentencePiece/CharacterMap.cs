using System.Buffers.Binary;

namespace Microsoft.ML.Tokenizers.SentencePiece;

/// <summary>A precompiled normalisation map: a Darts double array over the keys, and the replacements, each ended by a zero byte.</summary>
internal sealed class CharacterMap
{
    private readonly uint[] _units;
    private readonly byte[] _replacements;

    /// <exception cref="ArgumentException">The map is broken.</exception>
    public CharacterMap(ReadOnlySpan<byte> blob)
    {
        if (blob.Length <= sizeof(uint))
        {
            throw new ArgumentException("Blob for normalization rule is broken.");
        }

        var size = BinaryPrimitives.ReadUInt32LittleEndian(blob);
        if (size >= blob.Length || size > blob.Length - sizeof(uint))
        {
            throw new ArgumentException("Trie data size exceeds the input blob size.");
        }

        blob = blob[sizeof(uint)..];
        _units = new uint[size / sizeof(uint)];
        for (var i = 0; i < _units.Length; i++)
        {
            _units[i] = BinaryPrimitives.ReadUInt32LittleEndian(blob[(i * sizeof(uint))..]);
        }

        _replacements = blob[(int)size..].ToArray();
    }

    /// <summary>The longest key at the start of a text: its length and replacement, or length 0.</summary>
    public int LongestMatch(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> replacement)
    {
        var (length, value) = (0, 0u);
        var position = Offset(_units[0]);
        for (var i = 0; i < text.Length; i++)
        {
            position ^= text[i];
            if (position >= _units.Length || (_units[position] & 0x800000FF) != text[i])
            {
                break;
            }

            var unit = _units[position];
            position ^= Offset(unit);
            if ((unit >> 8 & 1) != 0)
            {
                (length, value) = (i + 1, _units[position] & 0x7FFFFFFF);
            }
        }

        replacement = default;
        if (length > 0)
        {
            replacement = _replacements.AsSpan((int)value);
            var end = replacement.IndexOf((byte)0);
            replacement = end < 0 ? replacement : replacement[..end];
        }

        return length;
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & (1u << 9)) >> 6);
}
