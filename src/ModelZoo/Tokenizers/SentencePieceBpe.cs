namespace ModelZoo.Tokenizers;

/// <summary>A SentencePiece BPE model in the form of a fast tokenizer: transformers' LlamaConverter.</summary>
internal static class SentencePieceBpe
{
    private const string Like = "Llama 2 and Mistral";

    /// <summary>The vocabulary of a model whose options are those of Llama 2 and Mistral.</summary>
    /// <exception cref="InvalidDataException">The model is of another type, has other options or a piece that is treated
    /// otherwise.</exception>
    public static BpeVocabulary Vocabulary(SentencePieceModel model)
    {
        if (model.Trainer.ModelType is var type and not SentencePieceTrainer.Bpe)
        {
            throw new InvalidDataException($"found a SentencePiece model of type {type}, expected {SentencePieceTrainer.Bpe} (BPE).");
        }

        SentencePieceModel.Expect("byte_fallback", model.Trainer.ByteFallback, true, Like);
        SentencePieceModel.Expect("treat_whitespace_as_suffix", model.Trainer.TreatsWhitespaceAsSuffix, false, Like);
        SentencePieceModel.Expect("add_dummy_prefix", model.Normalizer.AddsDummyPrefix, true, Like);
        SentencePieceModel.Expect("remove_extra_whitespaces", model.Normalizer.RemovesExtraWhitespaces, false, Like);
        SentencePieceModel.Expect("escape_whitespaces", model.Normalizer.EscapesWhitespaces, true, Like);
        if (model.Normalizer.CharacterMap is { Length: > 0 } map)
        {
            throw new InvalidDataException($"found a normalisation map of {map.Length} bytes, expected none, as in {Like}'s file.");
        }

        foreach (var (id, piece) in model.Pieces.Index())
        {
            CheckType(id, piece, model.Trainer.UnknownId);
        }

        CheckControl(model, "bos_id", model.Trainer.BosId);
        CheckControl(model, "eos_id", model.Trainer.EosId);
        var ids = model.Ids();
        return new BpeVocabulary(
            [.. model.Pieces.Select(piece => piece.Text)], ids, Merges(model.Pieces, ids),
            [
                .. model.Pieces.Index().Where(piece => piece.Item.Type is SentencePieceType.Unknown or SentencePieceType.Control)
                    .Select(piece => new AddedToken(piece.Item.Text, piece.Index, IsNormalized: false)),
            ]);
    }

    private static void CheckControl(SentencePieceModel model, string option, int id)
    {
        if (id < 0 || id >= model.Pieces.Count || model.Pieces[id].Type != SentencePieceType.Control)
        {
            throw new InvalidDataException($"found {option} {id}, expected a control piece among {model.Pieces.Count}.");
        }
    }

    private static void CheckType(int id, SentencePiece piece, int unknownId)
    {
        if (piece.Type is not (SentencePieceType.Normal or SentencePieceType.Control or SentencePieceType.Byte or SentencePieceType.Unknown)
            || (piece.Type == SentencePieceType.Unknown) != (id == unknownId))
        {
            throw new InvalidDataException(
                $"piece {id} '{piece.Text}' has the type {piece.Type}, expected normal, control and byte pieces, and one unknown piece as "
                    + $"{unknownId}.");
        }
    }

    // Every way to put a piece together from two others; of those of one piece the one whose parts have the lower ids comes first.
    private static List<(int Left, int Right, int Merged)> Merges(IReadOnlyList<SentencePiece> pieces, Dictionary<string, int> ids)
    {
        var parts = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        var merges = new List<(int Left, int Right, int Merged)>();
        foreach (var (id, piece) in pieces.Index().Where(piece => piece.Item.Type == SentencePieceType.Normal)
            .OrderByDescending(piece => piece.Item.Score))
        {
            var first = merges.Count;
            var text = piece.Text.AsSpan();
            for (var split = 1; split < text.Length; split++)
            {
                if (!char.IsLowSurrogate(text[split]) && parts.TryGetValue(text[..split], out var left)
                    && parts.TryGetValue(text[split..], out var right))
                {
                    merges.Add((left, right, id));
                }
            }

            merges.Sort(first, merges.Count - first, Comparer<(int Left, int Right, int Merged)>.Default);
        }

        return merges;
    }
}
