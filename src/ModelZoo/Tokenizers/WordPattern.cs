using Microsoft.ML.Tokenizers;

namespace ModelZoo.Tokenizers;

/// <summary>
/// Divides text into the words that a byte-level tokenizer merges within: a published regular expression, as a scanner over code points,
/// because .NET's regular expressions see the halves of characters outside the basic plane.
/// </summary>
internal abstract class WordPattern : PreTokenizer
{
    private static readonly string[] Contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    /// <inheritdoc/>
    public sealed override IEnumerable<(int Offset, int Length)> PreTokenize(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = WordEnd(text, start);
            yield return (start, end - start);
            start = end;
        }
    }

    /// <inheritdoc/>
    public sealed override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => PreTokenize(text.ToString());

    /// <summary>The end of the word that begins at a place; every place is the beginning of one.</summary>
    protected abstract int WordEnd(ReadOnlySpan<char> text, int start);

    /// <summary>The length of the English contraction, such as <c>'re</c>, at a place, or 0.</summary>
    protected static int ContractionLength(ReadOnlySpan<char> text, int start, StringComparison comparison)
    {
        if (text[start] == '\'')
        {
            foreach (var contraction in Contractions)
            {
                if (text[start..].StartsWith(contraction, comparison))
                {
                    return contraction.Length;
                }
            }
        }

        return 0;
    }

    /// <summary>The patterns' <c>\s+(?!\S)|\s+</c>: a space is left for the word that follows, if there are others before it.</summary>
    /// <param name="start">Where the run begins.</param>
    /// <param name="end">Where the run of white space ends.</param>
    /// <param name="isFollowed">Whether a word follows to which a space can belong.</param>
    protected static int SpacesEnd(int start, int end, bool isFollowed) => isFollowed && end - start > 1 ? end - 1 : end;
}
