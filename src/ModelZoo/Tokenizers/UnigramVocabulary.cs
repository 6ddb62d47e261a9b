namespace ModelZoo.Tokenizers;

/// <summary>The pieces and the normalisation map of a SentencePiece Unigram model.</summary>
internal sealed class UnigramVocabulary
{
    private const string Like = "DeBERTa-v3";

    private UnigramVocabulary(SentencePieceModel model)
    {
        Pieces = model.Pieces;
        CharacterMap = new CharacterMap(model.Normalizer.CharacterMap);
        Ids = model.Ids();
    }

    public IReadOnlyList<SentencePiece> Pieces { get; }

    public Dictionary<string, int> Ids { get; }

    public CharacterMap CharacterMap { get; }

    /// <summary>The id of a piece that the tokenizer cannot do without.</summary>
    /// <exception cref="InvalidDataException">The vocabulary has no such piece.</exception>
    public int Require(string piece) => Ids.TryGetValue(piece, out var id)
        ? id
        : throw new InvalidDataException($"found no piece '{piece}' among {Pieces.Count}, expected a {Like} vocabulary.");

    /// <exception cref="InvalidDataException">The bytes are not a complete Unigram model, or have unsupported options.</exception>
    public static UnigramVocabulary Parse(byte[] bytes)
    {
        var model = SentencePieceModel.Parse(bytes);
        if (model.Trainer.ModelType is var type and not SentencePieceTrainer.Unigram)
        {
            throw new InvalidDataException(
                $"found a SentencePiece model of type {type}, expected {SentencePieceTrainer.Unigram} (Unigram).");
        }

        SentencePieceModel.Expect("treat_whitespace_as_suffix", model.Trainer.TreatsWhitespaceAsSuffix, false, Like);
        SentencePieceModel.Expect("add_dummy_prefix", model.Normalizer.AddsDummyPrefix, true, Like);
        SentencePieceModel.Expect("remove_extra_whitespaces", model.Normalizer.RemovesExtraWhitespaces, true, Like);
        SentencePieceModel.Expect("escape_whitespaces", model.Normalizer.EscapesWhitespaces, true, Like);
        foreach (var (id, piece) in model.Pieces.Index())
        {
            if (piece.Type == SentencePieceType.UserDefined)
            {
                throw new InvalidDataException(
                    $"piece {id} '{piece.Text}' is user-defined, expected a vocabulary without such pieces, as {Like}'s.");
            }
        }

        return new UnigramVocabulary(model);
    }
}
