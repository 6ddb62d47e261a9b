using System.Buffers.Binary;

namespace ModelZoo.Tokenizers;

/// <summary>
/// The precompiled normalisation map of a SentencePiece model: the size of a Darts double array, the array (4-byte units,
/// over the keys' UTF-8 bytes), then the replacements in UTF-8, each ended by a zero byte.
/// </summary>
internal sealed class CharacterMap
{
    private const uint LabelMask = 0x800000FF;
    private const uint ValueMask = 0x7FFFFFFF;
    private readonly uint[] _units;
    private readonly byte[] _replacements;

    /// <summary>Reads a map; no bytes are the map that changes nothing.</summary>
    /// <exception cref="InvalidDataException">The array is longer than the data, or no multiple of its unit.</exception>
    public CharacterMap(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            (_units, _replacements) = ([0], []);
            return;
        }

        var size = data.Length < sizeof(uint) ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(data);
        if (size == 0 || size % sizeof(uint) != 0 || size > data.Length - sizeof(uint))
        {
            throw new InvalidDataException(
                $"the normalisation map of {data.Length} bytes claims an array of {size}, "
                + $"expected a multiple of {sizeof(uint)} that fits.");
        }

        data = data[sizeof(uint)..];
        _units = new uint[size / sizeof(uint)];
        for (var i = 0; i < _units.Length; i++)
        {
            _units[i] = BinaryPrimitives.ReadUInt32LittleEndian(data[(i * sizeof(uint))..]);
        }

        _replacements = data[(int)size..].ToArray();
    }

    /// <summary>Finds the shortest key at the start of a text; a zero byte ends the search, as in the fast tokenizer.</summary>
    /// <param name="text">UTF-8 text.</param>
    /// <param name="replacement">What the key is replaced by, in UTF-8; may be empty.</param>
    public bool TryShortestMatch(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> replacement)
    {
        replacement = default;
        var position = Offset(_units[0]);
        foreach (var next in text)
        {
            position ^= next;
            if (next == 0 || position >= _units.Length || (_units[position] & LabelMask) != next)
            {
                return false;
            }

            var unit = _units[position];
            position ^= Offset(unit);
            if ((unit >> 8 & 1) != 0 && position < _units.Length)
            {
                replacement = Replacement(_units[position] & ValueMask);
                return true;
            }
        }

        return false;
    }

    private ReadOnlySpan<byte> Replacement(uint start)
    {
        var text = _replacements.AsSpan((int)Math.Min(start, (uint)_replacements.Length));
        var end = text.IndexOf((byte)0);
        return end < 0 ? text : text[..end];
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & (1u << 9)) >> 6);
}
