using System.Text;

namespace ModelZoo.Tokenizers;

/// <summary>
/// The tokenizer of DeBERTa-v3 as the paper runs it: transformers' DebertaV2TokenizerFast over the published spm.model.
/// </summary>
/// <remarks>
/// Everything between special tokens is normalised (white space, the model's
/// character map), split into words that begin with U+2581, and each word is segmented by the Unigram model. Text outside
/// the vocabulary becomes [UNK], consecutive unknown characters one [UNK]; there is no byte fallback.
/// <para>
/// SentencePieceTokenizer of Microsoft.ML.Tokenizers 2.0.1 is not used. Like sentencepiece, and unlike the fast tokenizer, it sums
/// scores in single precision and falls back to bytes. It also ignores deletions of the character map, keeps neighbouring unknown
/// characters apart, and returns ids of bytes that are 255 too high. PackageTokenizerTests shows these differences. Which of its
/// segmentations are right could be decided from the pieces' scores alone, which the package does not expose.
/// </para>
/// </remarks>
public sealed class DebertaTokenizer : SequenceTokenizer
{
    private const char Space = '\u2581';

    private readonly UnigramVocabulary _vocabulary;
    private readonly GraphemeNormalizer _normalizer;
    private readonly UnigramModel _model;

    private DebertaTokenizer(string path, UnigramVocabulary vocabulary)
        : base(
            path, vocabulary.Pieces.Count, vocabulary.Require,
            // The first id after the file's pieces, 128,000 of the published model.
            vocabulary.Ids.TryGetValue(Mask, out var mask) ? mask : vocabulary.Pieces.Count)
    {
        _vocabulary = vocabulary;
        _normalizer = new GraphemeNormalizer(vocabulary.CharacterMap);
        _model = new UnigramModel(vocabulary.Pieces, UnknownTokenId);
    }

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
            var found = UnigramSettings.HasTokenizerJson(spmModelPath)
                ? $"{UnigramSettings.TokenizerJson}, which does not replace it"
                : "no file";
            throw new FileNotFoundException(
                $"{spmModelPath}: found {found}, expected the SentencePiece model (spm.model) of DeBERTa-v3.", spmModelPath);
        }

        var tokenizer = TokenizerFile.Named(
            spmModelPath, () => new DebertaTokenizer(spmModelPath, UnigramVocabulary.Parse(File.ReadAllBytes(spmModelPath))));
        new UnigramSettings(tokenizer._vocabulary.Pieces, tokenizer.SpecialTokens).Check(spmModelPath);
        return tokenizer;
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

    private protected override bool AppendPlain(List<int> ids, ReadOnlySpan<char> text, int enough)
    {
        var normalized = _normalizer.Normalize(text).Replace(' ', Space);
        if (normalized.Length == 0)
        {
            return false;
        }

        var words = normalized[0] == Space ? normalized : Space + normalized;
        for (var start = 0; start < words.Length;)
        {
            var next = words.IndexOf(Space, start + 1);
            var end = next < 0 ? words.Length : next;
            _model.Segment(words.AsSpan(start..end), ids);
            if (ids.Count >= enough)
            {
                return true;
            }

            start = end;
        }

        return false;
    }
}
