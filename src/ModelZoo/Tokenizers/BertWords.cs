using System.Text;

namespace ModelZoo.Tokenizers;

/// <summary>
/// How an uncased BERT divides a text into words: transformers' BertNormalizer (control characters out, accents off, lower case) and
/// BertPreTokenizer (words at white space; each punctuation mark and each Chinese character one of its own).
/// </summary>
internal sealed class BertWords
{
    private const int Replacement = 0xFFFD;

    // The blocks of Chinese characters as the fast tokenizer has them: the fifth begins later than Unicode's.
    private static readonly (int First, int Last)[] Chinese =
    [
        (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F), (0x2B920, 0x2CEAF),
        (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
    ];

    private readonly CanonicalDecompositions _decompositions = CanonicalDecompositions.Load();
    private readonly CharacterKinds _kinds = CharacterKinds.Load();

    /// <summary>The words of a text, one by one.</summary>
    public IEnumerable<string> Of(string text)
    {
        var word = new StringBuilder();
        var parts = new List<Rune>();
        foreach (var character in text.EnumerateRunes())
        {
            if (IsRemoved(character))
            {
                continue;
            }

            var isChinese = IsChinese(character.Value);
            if (isChinese && Take(word) is { } before)
            {
                yield return before;
            }

            parts.Clear();
            _decompositions.Append(character, parts);
            foreach (var part in parts)
            {
                var kind = _kinds.Of(part.Value);
                if (kind == CharacterKind.Mark)
                {
                    continue;
                }

                var isWord = kind != CharacterKind.Punctuation && !Rune.IsWhiteSpace(part) && !IsSymbol(part);
                if (!isWord && Take(word) is { } ended)
                {
                    yield return ended;
                }

                if (isWord)
                {
                    word.Append(Rune.ToLowerInvariant(part));
                }
                else if (!Rune.IsWhiteSpace(part))
                {
                    yield return part.ToString();
                }
            }

            if (isChinese && Take(word) is { } single)
            {
                yield return single;
            }
        }

        if (Take(word) is { } last)
        {
            yield return last;
        }
    }

    private static string? Take(StringBuilder word)
    {
        if (word.Length == 0)
        {
            return null;
        }

        var text = word.ToString();
        word.Clear();
        return text;
    }

    private bool IsRemoved(Rune character) => character.Value is Replacement
        || (character.Value is not ('\t' or '\n' or '\r') && _kinds.Of(character.Value) == CharacterKind.Control);

    private static bool IsChinese(int code) => Array.Exists(Chinese, block => code >= block.First && code <= block.Last);

    // Symbols of ASCII, such as $ and `, are words of their own like punctuation marks.
    private static bool IsSymbol(Rune part) => part.IsAscii && char.IsSymbol((char)part.Value);
}
