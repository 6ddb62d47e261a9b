using System.Buffers;
using System.Text;

namespace ModelZoo.Tokenizers;

/// <summary>What the patterns of byte-level tokenizers tell characters apart by: \p{L}, \p{N}, \s and the rest.</summary>
internal enum CharacterClass
{
    /// <summary>Neither of the others, such as a mark or a sign.</summary>
    Other,

    /// <summary>A letter: \p{L}.</summary>
    Letter,

    /// <summary>A digit or another number: \p{N}.</summary>
    Number,

    /// <summary>White space: \s.</summary>
    Space,
}

/// <summary>
/// Reads characters of UTF-16 text, those outside the basic plane included, which .NET's regular expressions do not know.
/// </summary>
internal static class CharacterClasses
{
    /// <summary>The class of the character at a place.</summary>
    /// <param name="text">The text.</param>
    /// <param name="index">Where the character begins.</param>
    /// <param name="length">Its number of UTF-16 units.</param>
    public static CharacterClass At(ReadOnlySpan<char> text, int index, out int length)
    {
        length = 1;
        var unit = text[index];
        if (char.IsAscii(unit))
        {
            return char.IsAsciiLetter(unit) ? CharacterClass.Letter
                : char.IsAsciiDigit(unit) ? CharacterClass.Number
                : char.IsWhiteSpace(unit) ? CharacterClass.Space
                : CharacterClass.Other;
        }

        if (Rune.DecodeFromUtf16(text[index..], out var character, out length) != OperationStatus.Done)
        {
            return CharacterClass.Other;
        }

        return Rune.IsLetter(character) ? CharacterClass.Letter
            : Rune.IsNumber(character) ? CharacterClass.Number
            : Rune.IsWhiteSpace(character) ? CharacterClass.Space
            : CharacterClass.Other;
    }

    /// <summary>The end of the longest run of characters of a class from a place on.</summary>
    public static int RunEnd(ReadOnlySpan<char> text, int start, CharacterClass of, int most = int.MaxValue)
    {
        var end = start;
        for (var count = 0; count < most && end < text.Length && At(text, end, out var length) == of; count++)
        {
            end += length;
        }

        return end;
    }
}
