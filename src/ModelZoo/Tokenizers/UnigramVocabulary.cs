namespace ModelZoo.Tokenizers;

/// <summary>The pieces and the normalisation map of a SentencePiece Unigram model file (sentencepiece_model.proto).</summary>
internal sealed class UnigramVocabulary
{
    private const int UnigramModelType = 1;

    private UnigramVocabulary(IReadOnlyList<UnigramPiece> pieces, CharacterMap characterMap)
    {
        Pieces = pieces;
        CharacterMap = characterMap;
        for (var id = 0; id < pieces.Count; id++)
        {
            if (!Ids.TryAdd(pieces[id].Text, id))
            {
                throw new InvalidDataException($"piece '{pieces[id].Text}' occurs twice, as {Ids[pieces[id].Text]} and {id}");
            }
        }
    }

    public IReadOnlyList<UnigramPiece> Pieces { get; }

    public Dictionary<string, int> Ids { get; } = [];

    public CharacterMap CharacterMap { get; }

    /// <summary>The id of a piece that the tokenizer cannot do without.</summary>
    /// <exception cref="InvalidDataException">The vocabulary has no such piece.</exception>
    public int Require(string piece) => Ids.TryGetValue(piece, out var id)
        ? id
        : throw new InvalidDataException($"found no piece '{piece}' among {Pieces.Count}, expected a DeBERTa-v3 vocabulary");

    /// <exception cref="InvalidDataException">The bytes are no whole Unigram model.</exception>
    public static UnigramVocabulary Parse(ReadOnlySpan<byte> model)
    {
        var pieces = new List<UnigramPiece>();
        int? modelType = null;
        CharacterMap? characterMap = null;
        var fields = new ProtobufReader(model);
        while (fields.Read())
        {
            switch (fields.Field)
            {
                case 1: pieces.Add(ParsePiece(fields.Bytes, pieces.Count)); break;
                case 2: modelType = ParseModelType(fields.Bytes); break;
                case 3: characterMap = ParseCharacterMap(fields.Bytes); break;
            }
        }

        // The two specifications follow the pieces: without them the file was cut at the end of a field.
        if (modelType is null || characterMap is null)
        {
            throw new InvalidDataException(
                $"found {pieces.Count} pieces but no {(modelType is null ? "trainer" : "normalizer")} specification: "
                + "the file is cut short or no SentencePiece model");
        }

        return modelType == UnigramModelType
            ? new UnigramVocabulary(pieces, characterMap)
            : throw new InvalidDataException($"found a SentencePiece model of type {modelType}, expected {UnigramModelType} (Unigram)");
    }

    /// <summary>
    /// The vocabulary as a model file in which every piece, special and byte pieces too, is an ordinary one and nothing
    /// falls back to bytes: what transformers' converter makes of a Unigram model for a fast tokenizer. Also avoids that
    /// the package counts byte ids from the last byte piece instead of the first.
    /// </summary>
    /// <param name="unknown">The piece for text that no piece covers.</param>
    /// <param name="begin">The piece that the package takes for the start of a sentence.</param>
    /// <param name="end">The piece that the package takes for the end of a sentence.</param>
    public byte[] ToPlainModel(string unknown, string begin, string end)
    {
        var model = new ProtobufWriter();
        foreach (var (text, score) in Pieces)
        {
            var piece = new ProtobufWriter();
            piece.WriteText(1, text);
            piece.WriteSingle(2, score);
            model.WriteBytes(1, piece.Written);
        }

        var trainer = new ProtobufWriter();
        trainer.WriteInteger(3, UnigramModelType);
        trainer.WriteInteger(40, Require(unknown));
        trainer.WriteInteger(41, Require(begin));
        trainer.WriteInteger(42, Require(end));
        trainer.WriteText(45, unknown);
        trainer.WriteText(46, begin);
        trainer.WriteText(47, end);
        model.WriteBytes(2, trainer.Written);
        model.WriteBytes(3, []);
        return model.Written.ToArray();
    }

    private static UnigramPiece ParsePiece(ReadOnlySpan<byte> message, int id)
    {
        var (text, score) = ("", 0f);
        var fields = new ProtobufReader(message);
        while (fields.Read())
        {
            switch (fields.Field)
            {
                case 1: text = fields.Text; break;
                case 2: score = fields.Single; break;
            }
        }

        return text.Length > 0 && float.IsFinite(score)
            ? new UnigramPiece(text, score)
            : throw new InvalidDataException($"piece {id} has the text '{text}' and the score {score}, expected a text and a finite score");
    }

    private static int ParseModelType(ReadOnlySpan<byte> trainerSpecification)
    {
        var type = UnigramModelType;
        var fields = new ProtobufReader(trainerSpecification);
        while (fields.Read())
        {
            type = fields.Field == 3 ? fields.Integer : type;
        }

        return type;
    }

    private static CharacterMap ParseCharacterMap(ReadOnlySpan<byte> normalizerSpecification)
    {
        ReadOnlySpan<byte> map = [];
        var fields = new ProtobufReader(normalizerSpecification);
        while (fields.Read())
        {
            map = fields.Field == 2 ? fields.Bytes : map;
        }

        return new CharacterMap(map);
    }
}
