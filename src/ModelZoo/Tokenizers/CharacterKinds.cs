using System.Globalization;

namespace ModelZoo.Tokenizers;

/// <summary>
/// The kinds of characters by Unicode 8, which Hugging Face's tokenizers decide by: .NET's own categories are newer, change with its
/// version, and differ in 618 characters. The table is categories.txt.
/// </summary>
internal sealed class CharacterKinds
{
    private readonly int[] _first;
    private readonly int[] _last;
    private readonly CharacterKind[] _kinds;

    private CharacterKinds(IEnumerable<string[]> ranges)
    {
        var sorted = ranges.Select(range => (First: Code(range[0]), Last: Code(range[1]), Kind: Kind(range[2])))
            .OrderBy(range => range.First).ToList();
        _first = [.. sorted.Select(range => range.First)];
        _last = [.. sorted.Select(range => range.Last)];
        _kinds = [.. sorted.Select(range => range.Kind)];
    }

    /// <summary>The table of this program.</summary>
    public static CharacterKinds Load() => new(CharacterTable.Read("categories.txt"));

    /// <summary>The kind of a character.</summary>
    /// <param name="code">Its code point.</param>
    public CharacterKind Of(int code)
    {
        var found = Array.BinarySearch(_first, code);
        var range = found >= 0 ? found : ~found - 1;
        return range >= 0 && code <= _last[range] ? _kinds[range] : CharacterKind.Other;
    }

    private static int Code(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static CharacterKind Kind(string name) => name switch
    {
        "Mn" => CharacterKind.Mark,
        "P" => CharacterKind.Punctuation,
        _ => CharacterKind.Control,
    };
}
