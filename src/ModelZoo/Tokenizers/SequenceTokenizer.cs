namespace ModelZoo.Tokenizers;

/// <summary>
/// The tokenizer of an encoder: texts between [CLS] and [SEP]. Special tokens written in a text are recognised. Instances are immutable
/// and can be shared between threads.
/// </summary>
public abstract class SequenceTokenizer
{
    private protected const string Pad = "[PAD]";
    private protected const string Classification = "[CLS]";
    private protected const string Separator = "[SEP]";
    private protected const string Unknown = "[UNK]";
    private protected const string Mask = "[MASK]";

    private readonly SpecialTokenFinder _finder;

    /// <param name="path">The file with the vocabulary.</param>
    /// <param name="count">The number of entries of the vocabulary.</param>
    /// <param name="require">The id of an entry that has to be there.</param>
    /// <param name="mask">The id of [MASK].</param>
    private protected SequenceTokenizer(string path, int count, Func<string, int> require, int mask)
    {
        Path = path;
        PadTokenId = require(Pad);
        ClassificationTokenId = require(Classification);
        SeparatorTokenId = require(Separator);
        UnknownTokenId = require(Unknown);
        MaskTokenId = mask;
        VocabularySize = Math.Max(count, mask + 1);
        SpecialTokens =
        [
            (Pad, PadTokenId), (Classification, ClassificationTokenId), (Separator, SeparatorTokenId),
            (Unknown, UnknownTokenId), (Mask, MaskTokenId),
        ];
        _finder = new SpecialTokenFinder(SpecialTokens);
    }

    /// <summary>The file with the vocabulary, for messages.</summary>
    public string Path { get; }

    /// <summary>The id that fills shorter rows of a batch, on the right: [PAD].</summary>
    public int PadTokenId { get; }

    /// <summary>The id in front of every input: [CLS].</summary>
    public int ClassificationTokenId { get; }

    /// <summary>The id after every text: [SEP].</summary>
    public int SeparatorTokenId { get; }

    /// <summary>The id of text outside the vocabulary: [UNK].</summary>
    public int UnknownTokenId { get; }

    /// <summary>The id of [MASK].</summary>
    public int MaskTokenId { get; }

    /// <summary>The number of ids. A published model may have more embedding rows.</summary>
    public int VocabularySize { get; }

    private protected (string Text, int Id)[] SpecialTokens { get; }

    /// <summary>The ids of a text, without [CLS] and [SEP] around them.</summary>
    public int[] Encode(string text) => [.. Encode(text, enough: int.MaxValue)];

    /// <summary>The input for one text: [CLS] text [SEP].</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxLength">The maximum number of ids, at least 2; longer texts are truncated. Null: no limit.</param>
    public int[] EncodeSingle(string text, int? maxLength = null)
    {
        var budget = Budget(maxLength, specialTokens: 2);
        var ids = Encode(text, budget);
        return [ClassificationTokenId, .. ids[..Math.Min(ids.Count, budget)], SeparatorTokenId];
    }

    /// <summary>The input for two texts: [CLS] first [SEP] second [SEP].</summary>
    /// <param name="first">The first text.</param>
    /// <param name="second">The second text.</param>
    /// <param name="maxLength">The maximum number of ids, at least 3; longer pairs are truncated, "longest first". Null: no limit.</param>
    public int[] EncodePair(string first, string second, int? maxLength = null) => Pair(first, second, maxLength).Ids;

    /// <summary>The input for one text or for a pair, with the special tokens, truncated as <see cref="EncodePair"/> does.</summary>
    /// <param name="first">The text.</param>
    /// <param name="second">The second text of a pair, or null.</param>
    /// <param name="maxLength">The most ids, special tokens included; null for no limit.</param>
    public EncodedText Encode(string first, string? second, int? maxLength)
    {
        if (second is not null)
        {
            return Pair(first, second, maxLength);
        }

        var ids = EncodeSingle(first, maxLength);
        return new EncodedText(ids, ids.Length);
    }

    /// <summary>Appends the ids of text without special tokens, up to and with the first word after which there are enough.</summary>
    /// <param name="ids">Where the ids go.</param>
    /// <param name="text">The text.</param>
    /// <param name="enough">How many ids of <paramref name="ids"/>, those in it included, are enough.</param>
    /// <returns>Whether there was such a word.</returns>
    private protected abstract bool AppendPlain(List<int> ids, ReadOnlySpan<char> text, int enough);

    private EncodedText Pair(string first, string second, int? maxLength)
    {
        var budget = Budget(maxLength, specialTokens: 3);
        // tokenizers 0.23 stops reading a text after the word that reaches maxLength: beyond it no text is longer.
        var enough = maxLength ?? int.MaxValue;
        var (a, b) = (Encode(first, enough), Encode(second, enough));
        var (lengthA, lengthB) = LongestFirst.Lengths(a.Count, b.Count, budget);
        return new EncodedText(
            [ClassificationTokenId, .. a[..lengthA], SeparatorTokenId, .. b[..lengthB], SeparatorTokenId], lengthA + 2);
    }

    private static int Budget(int? maxLength, int specialTokens)
    {
        if (maxLength is not { } length)
        {
            return int.MaxValue;
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(length, specialTokens, nameof(maxLength));
        return length - specialTokens;
    }

    private List<int> Encode(string text, int enough)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>();
        var plain = 0;
        while (_finder.TryFind(text, plain, out var at, out var special))
        {
            if (AppendPlain(ids, text.AsSpan(plain..at), enough))
            {
                return ids;
            }

            // Special tokens count towards the limit, but reading stops after words only.
            ids.Add(special.Id);
            plain = at + special.Text.Length;
        }

        AppendPlain(ids, text.AsSpan(plain), enough);
        return ids;
    }
}
