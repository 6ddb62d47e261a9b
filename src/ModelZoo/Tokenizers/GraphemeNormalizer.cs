using System.Globalization;
using System.Text;

namespace ModelZoo.Tokenizers;

/// <summary>
/// The normaliser of transformers' fast DeBERTa-v3 tokenizer: strips white space, applies the model's map to grapheme
/// clusters, turns runs of spaces into one.
/// </summary>
/// <remarks>
/// sentencepiece looks for the map's longest key and keeps the rest. The fast tokenizer lets the shortest key replace a
/// whole cluster of less than six bytes. .NET finds the clusters with its own Unicode tables, under invariant
/// globalisation too. It does not join Indic conjuncts (rule GB9c): they have nine bytes or more.
/// </remarks>
internal sealed class GraphemeNormalizer
{
    private const int MostCharactersOnStack = 256;
    private const int LongestWholeCluster = 5;
    private const int AsciiCount = 128;
    private readonly CharacterMap _map;
    private readonly string[] _ascii;

    public GraphemeNormalizer(CharacterMap map)
    {
        _map = map;
        _ascii = [.. Enumerable.Range(0, AsciiCount).Select(c =>
            map.TryShortestMatch([(byte)c], out var replacement)
                ? Encoding.UTF8.GetString(replacement)
                : ((char)c).ToString())];
    }

    /// <summary>The normalised text; lone surrogates count as U+FFFD.</summary>
    public string Normalize(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        var output = new StringBuilder(text.Length);
        while (!text.IsEmpty)
        {
            // Two ASCII characters never share a cluster, except CR LF.
            var alone = text[0] < AsciiCount && text[0] != '\r' && (text.Length == 1 || text[1] < AsciiCount);
            var length = alone ? 1 : StringInfo.GetNextTextElementLength(text);
            if (alone)
            {
                Append(output, _ascii[text[0]]);
            }
            else
            {
                AppendCluster(output, text[..length]);
            }

            text = text[length..];
        }

        return output.ToString();
    }

    private void AppendCluster(StringBuilder output, ReadOnlySpan<char> cluster)
    {
        Span<byte> bytes = stackalloc byte[LongestWholeCluster];
        if (Encoding.UTF8.TryGetBytes(cluster, bytes, out var count)
            && _map.TryShortestMatch(bytes[..count], out var replacement))
        {
            AppendUtf8(output, replacement);
            return;
        }

        foreach (var rune in cluster.EnumerateRunes())
        {
            var character = bytes[..rune.EncodeToUtf8(bytes)];
            AppendUtf8(output, _map.TryShortestMatch(character, out replacement) ? replacement : character);
        }
    }

    private static void AppendUtf8(StringBuilder output, ReadOnlySpan<byte> text)
    {
        // A character map may hold replacements of any length.
        Span<char> characters = text.Length <= MostCharactersOnStack ? stackalloc char[text.Length] : new char[text.Length];
        Append(output, characters[..Encoding.UTF8.GetChars(text, characters)]);
    }

    private static void Append(StringBuilder output, ReadOnlySpan<char> text)
    {
        foreach (var next in text)
        {
            if (next != ' ' || output.Length == 0 || output[^1] != ' ')
            {
                output.Append(next);
            }
        }
    }
}
