using System.Text;

namespace ModelZoo.Tokenizers;

/// <summary>
/// The tokenizer of DeBERTa-v3 as the paper runs it: transformers' DebertaV2TokenizerFast over the published spm.model.
/// </summary>
/// <remarks>
/// Special tokens written in the text are recognised. Everything between them is normalised (white space, the model's
/// character map), split into words that begin with U+2581, and each word is segmented by the Unigram model. Text outside
/// the vocabulary becomes [UNK], consecutive unknown characters one [UNK]; there is no byte fallback. Instances are
/// immutable and can be shared between threads.
/// <para>
/// SentencePieceTokenizer of Microsoft.ML.Tokenizers 2.0.1 is not used. Like sentencepiece, and unlike the fast tokenizer, it sums
/// scores in single precision and falls back to bytes. It also ignores deletions of the character map, keeps neighbouring unknown
/// characters apart, and returns ids of bytes that are 255 too high. PackageTokenizerTests shows these differences. Which of its
/// segmentations are right could be decided from the pieces' scores alone, which the package does not expose.
/// </para>
/// </remarks>
public sealed class DebertaTokenizer
{
    private const string Pad = "[PAD]";
    private const string Classification = "[CLS]";
    private const string Separator = "[SEP]";
    private const string Unknown = "[UNK]";
    private const string Mask = "[MASK]";
    private const char Space = '\u2581';

    private readonly UnigramVocabulary _vocabulary;
    private readonly GraphemeNormalizer _normalizer;
    private readonly UnigramModel _model;
    private readonly (string Text, int Id)[] _specialTokens;

    private DebertaTokenizer(string path, UnigramVocabulary vocabulary)
    {
        Path = path;
        _vocabulary = vocabulary;
        _normalizer = new GraphemeNormalizer(vocabulary.CharacterMap);
        PadTokenId = vocabulary.Require(Pad);
        ClassificationTokenId = vocabulary.Require(Classification);
        SeparatorTokenId = vocabulary.Require(Separator);
        UnknownTokenId = vocabulary.Require(Unknown);
        MaskTokenId = vocabulary.Ids.TryGetValue(Mask, out var mask) ? mask : vocabulary.Pieces.Count;
        VocabularySize = Math.Max(vocabulary.Pieces.Count, MaskTokenId + 1);
        _specialTokens =
        [
            (Pad, PadTokenId), (Classification, ClassificationTokenId), (Separator, SeparatorTokenId),
            (Unknown, UnknownTokenId), (Mask, MaskTokenId),
        ];
        _model = new UnigramModel(vocabulary.Pieces, UnknownTokenId);
    }

    /// <summary>The file with the vocabulary, for messages.</summary>
    public string Path { get; }

    /// <summary>The id that fills shorter rows of a batch, on the right: [PAD], 0.</summary>
    public int PadTokenId { get; }

    /// <summary>The id in front of every input: [CLS], 1.</summary>
    public int ClassificationTokenId { get; }

    /// <summary>The id after every text: [SEP], 2.</summary>
    public int SeparatorTokenId { get; }

    /// <summary>The id of text outside the vocabulary: [UNK], 3.</summary>
    public int UnknownTokenId { get; }

    /// <summary>The id of [MASK]: the first after the file's pieces, 128,000.</summary>
    public int MaskTokenId { get; }

    /// <summary>The number of ids, 128,001. The published model has more embedding rows, 128,100.</summary>
    public int VocabularySize { get; }

    /// <summary>Reads spm.model of microsoft/deberta-v3-base, or another SentencePiece Unigram model with its special pieces.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <remarks>
    /// The files that transformers writes beside it (tokenizer_config.json, special_tokens_map.json, added_tokens.json, tokenizer.json) are
    /// held against it: none may ask for other ids.
    /// </remarks>
    /// <exception cref="InvalidDataException">
    /// The file is corrupt, truncated or another kind of model, or a setting beside it asks for other ids.
    /// </exception>
    public static DebertaTokenizer Load(string spmModelPath)
    {
        if (!File.Exists(spmModelPath))
        {
            var found = TokenizerSettings.HasTokenizerJson(spmModelPath)
                ? $"{TokenizerSettings.TokenizerJson}, which does not replace it"
                : "no file";
            throw new FileNotFoundException(
                $"{spmModelPath}: found {found}, expected the SentencePiece model (spm.model) of DeBERTa-v3.", spmModelPath);
        }

        DebertaTokenizer tokenizer;
        try
        {
            tokenizer = new DebertaTokenizer(spmModelPath, UnigramVocabulary.Parse(File.ReadAllBytes(spmModelPath)));
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{spmModelPath}: {exception.Message}", exception);
        }

        new TokenizerSettings(tokenizer._vocabulary.Pieces, tokenizer._specialTokens).Check(spmModelPath);
        return tokenizer;
    }

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

    /// <summary>The ids of one text or of a pair, with the special tokens, truncated as <see cref="EncodePair"/> does.</summary>
    /// <param name="first">The text.</param>
    /// <param name="second">The second text of a pair, or null.</param>
    /// <param name="maxLength">The most ids, special tokens included; null for no limit.</param>
    public int[] Encode(string first, string? second, int? maxLength) =>
        second is null ? EncodeSingle(first, maxLength) : EncodePair(first, second, maxLength);

    /// <summary>The input for two texts: [CLS] first [SEP] second [SEP].</summary>
    /// <param name="first">The first text.</param>
    /// <param name="second">The second text.</param>
    /// <param name="maxLength">The maximum number of ids, at least 3; longer pairs are truncated, "longest first". Null: no limit.</param>
    public int[] EncodePair(string first, string second, int? maxLength = null)
    {
        var budget = Budget(maxLength, specialTokens: 3);
        // tokenizers 0.23 stops reading a text at the word that reaches maxLength: beyond it no text is longer.
        var enough = maxLength ?? int.MaxValue;
        var (a, b) = (Encode(first, enough), Encode(second, enough));
        var (lengthA, lengthB) = LongestFirst.Lengths(a.Count, b.Count, budget);
        return [ClassificationTokenId, .. a[..lengthA], SeparatorTokenId, .. b[..lengthB], SeparatorTokenId];
    }

    /// <summary>The text of ids, special tokens included. Normalisation is not undone.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside the vocabulary.</exception>
    public string Decode(ReadOnlySpan<int> ids)
    {
        var text = new StringBuilder();
        for (var i = 0; i < ids.Length; i++)
        {
            var piece = Text(ids[i]);
            text.Append(i == 0 ? piece.Replace(Space.ToString(), "") : piece.Replace(Space, ' '));
        }

        return text.ToString();
    }

    private string Text(int id)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, VocabularySize);
        return id < _vocabulary.Pieces.Count ? _vocabulary.Pieces[id].Text : Mask;
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

    /// <summary>The ids of a text, or of its first words that give at least <paramref name="enough"/> ids.</summary>
    private List<int> Encode(string text, int enough)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>();
        var plain = 0;
        for (var i = text.IndexOf('['); i >= 0 && ids.Count < enough; i = text.IndexOf('[', i))
        {
            var special = Array.Find(_specialTokens, token => string.CompareOrdinal(text, i, token.Text, 0, token.Text.Length) == 0);
            if (special.Text is null)
            {
                i++;
                continue;
            }

            AppendPlain(ids, text.AsSpan(plain..i), enough);
            if (ids.Count < enough)
            {
                ids.Add(special.Id);
            }

            plain = i += special.Text.Length;
        }

        AppendPlain(ids, text.AsSpan(plain), enough);
        return ids;
    }

    private void AppendPlain(List<int> ids, ReadOnlySpan<char> text, int enough)
    {
        var normalized = _normalizer.Normalize(text).Replace(' ', Space);
        if (normalized.Length == 0)
        {
            return;
        }

        var words = normalized[0] == Space ? normalized : Space + normalized;
        for (var start = 0; start < words.Length && ids.Count < enough;)
        {
            var next = words.IndexOf(Space, start + 1);
            var end = next < 0 ? words.Length : next;
            _model.Segment(words.AsSpan(start..end), ids);
            start = end;
        }
    }
}
