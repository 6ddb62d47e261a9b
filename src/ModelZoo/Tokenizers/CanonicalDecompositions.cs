using System.Globalization;
using System.Text;

namespace ModelZoo.Tokenizers;

/// <summary>
/// The normal form D of Unicode 12, which Hugging Face's tokenizers have, without the reordering of marks, nearly all of which BERT
/// removes: <see cref="string.Normalize()"/> does nothing in a program with InvariantGlobalization, which this project's are, so that
/// they need no ICU library. The table is decompositions.txt.
/// </summary>
internal sealed class CanonicalDecompositions
{
    // Hangul syllables follow from a formula (The Unicode Standard, section 3.12).
    private const int FirstSyllable = 0xAC00;
    private const int LastSyllable = 0xD7A3;
    private const int FirstLead = 0x1100;
    private const int FirstVowel = 0x1161;
    private const int FirstTrail = 0x11A7;
    private const int Vowels = 21;
    private const int Trails = 28;

    private readonly Dictionary<int, Rune[]> _table = [];

    private CanonicalDecompositions(IEnumerable<string[]> rows)
    {
        foreach (var row in rows)
        {
            int[] codes = [.. row.Select(code => int.Parse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
            _table.Add(codes[0], [.. codes[1..].Select(code => new Rune(code))]);
        }
    }

    /// <summary>The table of this program.</summary>
    public static CanonicalDecompositions Load() => new(CharacterTable.Read("decompositions.txt"));

    /// <summary>Appends a character's decomposition to a list.</summary>
    public void Append(Rune character, List<Rune> to)
    {
        if (character.IsAscii)
        {
            to.Add(character);
        }
        else if (character.Value is >= FirstSyllable and <= LastSyllable)
        {
            var index = character.Value - FirstSyllable;
            to.Add(new Rune(FirstLead + (index / (Vowels * Trails))));
            to.Add(new Rune(FirstVowel + (index / Trails % Vowels)));
            if (index % Trails is > 0 and var trail)
            {
                to.Add(new Rune(FirstTrail + trail));
            }
        }
        else if (_table.TryGetValue(character.Value, out var parts))
        {
            to.AddRange(parts);
        }
        else
        {
            to.Add(character);
        }
    }
}
