using System.Text;

namespace ModelZoo.Tokenizers;

/// <summary>The tokenizer of a decoder. Instances are immutable and can be shared between threads.</summary>
public abstract class TextTokenizer
{
    // transformers' clean_up_tokenization, in its order.
    private static readonly (string From, string To)[] CleanUps =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" 's", "'s"), (" 've", "'ve"),
        (" 're", "'re"),
    ];

    private readonly SpecialTokenFinder _specialTokens;

    /// <param name="path">The file with the vocabulary.</param>
    /// <param name="vocabularySize">The number of ids.</param>
    /// <param name="specialTokens">The special tokens as they are written in a text.</param>
    /// <param name="settings">What encoding adds and what ends a text.</param>
    private protected TextTokenizer(string path, int vocabularySize, SpecialTokenFinder specialTokens, TextTokenizerSettings settings)
    {
        Path = path;
        VocabularySize = vocabularySize;
        _specialTokens = specialTokens;
        (BosTokenId, EosTokenId, CleansUpSpaces) = (settings.Bos, settings.Eos, settings.CleansUpSpaces);
    }

    /// <summary>The file with the vocabulary, for messages.</summary>
    public string Path { get; }

    /// <summary>The number of ids, special tokens included. A model may have more embedding rows.</summary>
    public int VocabularySize { get; }

    /// <summary>
    /// The id that transformers puts in front of a text (<c>add_special_tokens</c>), or null where it puts none. <see cref="Encode"/> does
    /// not add it.
    /// </summary>
    public int? BosTokenId { get; }

    /// <summary>The id that ends a text; also transformers' padding in the paper's scripts.</summary>
    public int EosTokenId { get; }

    /// <summary>Whether transformers' <c>decode</c> cleans up spaces unless told otherwise.</summary>
    public bool CleansUpSpaces { get; }

    /// <summary>The ids of a text, without any added in front or behind.</summary>
    /// <param name="text">The text. Halves of surrogate pairs on their own count as U+FFFD.</param>
    /// <param name="recognizeSpecialTokens">
    /// Whether special tokens written in the text are recognised, as in transformers, or are text like any other.
    /// </param>
    public int[] Encode(string text, bool recognizeSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>();
        var wellFormed = text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')
            ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text))
            : text;
        Append(ids, wellFormed, recognizeSpecialTokens ? _specialTokens : SpecialTokenFinder.None, AppendSegment);
        return [.. ids];

        void AppendSegment(string segment) => AppendText(ids, segment, recognizeSpecialTokens);
    }

    /// <summary>The text of ids, special tokens included.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="cleanUp">
    /// Whether spaces before marks and contractions are removed: transformers' <c>clean_up_tokenization_spaces</c>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside the vocabulary.</exception>
    public string Decode(ReadOnlySpan<int> ids, bool cleanUp = false)
    {
        foreach (var id in ids)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(id, nameof(ids));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, VocabularySize, nameof(ids));
        }

        var text = DecodeText(ids);
        return cleanUp ? CleanUps.Aggregate(text, (cleaned, rule) => cleaned.Replace(rule.From, rule.To, StringComparison.Ordinal)) : text;
    }

    /// <summary>Appends the ids of the text between special tokens, which is not empty.</summary>
    /// <param name="ids">Where the ids go.</param>
    /// <param name="text">The text.</param>
    /// <param name="recognizeSpecialTokens">Whether special tokens that are looked for after normalisation are recognised.</param>
    private protected abstract void AppendText(List<int> ids, string text, bool recognizeSpecialTokens);

    /// <summary>The text of ids of the vocabulary.</summary>
    private protected abstract string DecodeText(ReadOnlySpan<int> ids);

    /// <summary>Appends the ids of special tokens, and leaves the text between them to another.</summary>
    private protected static void Append(List<int> ids, string text, SpecialTokenFinder tokens, Action<string> appendText)
    {
        var start = 0;
        while (tokens.TryFind(text, start, out var at, out var token))
        {
            if (at > start)
            {
                appendText(text[start..at]);
            }

            ids.Add(token.Id);
            start = at + token.Text.Length;
        }

        if (start < text.Length)
        {
            appendText(text[start..]);
        }
    }
}
