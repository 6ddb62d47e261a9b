namespace Microsoft.ML.Tokenizers.SentencePiece;

/// <summary>The fields of a SentencePiece model file that encoding needs; defaults as in sentencepiece_model.proto.</summary>
internal sealed class ModelProto
{
    public const int Unigram = 1;

    public List<Piece> Pieces { get; } = [];

    public int ModelType { get; set; } = Unigram;

    public bool TreatWhitespaceAsSuffix { get; set; }

    public bool ByteFallback { get; set; }

    public int UnknownId { get; set; }

    public int BeginningOfSentenceId { get; set; } = 1;

    public int EndOfSentenceId { get; set; } = 2;

    public byte[] PrecompiledCharsmap { get; set; } = [];

    public bool AddDummyPrefix { get; set; } = true;

    public bool RemoveExtraWhitespaces { get; set; } = true;

    public bool EscapeWhitespaces { get; set; } = true;

    /// <exception cref="IOException">The bytes are no SentencePiece model, or end too early.</exception>
    public static ModelProto Parse(ReadOnlySpan<byte> bytes)
    {
        var model = new ModelProto();
        var (trainer, normalizer) = (false, false);
        var fields = new ProtobufFields(bytes);
        while (fields.MoveNext())
        {
            switch (fields.Number)
            {
                case 1: model.Pieces.Add(ParsePiece(fields.Bytes)); break;
                case 2: model.ReadTrainerSpec(fields.Bytes); trainer = true; break;
                case 3: model.ReadNormalizerSpec(fields.Bytes); normalizer = true; break;
            }
        }

        return trainer && normalizer
            ? model
            : throw new IOException("The SentencePiece model ends before its trainer or normalizer specification.");
    }

    private static Piece ParsePiece(ReadOnlySpan<byte> bytes)
    {
        var piece = new Piece("", 0, PieceType.Normal);
        var fields = new ProtobufFields(bytes);
        while (fields.MoveNext())
        {
            piece = fields.Number switch
            {
                1 => piece with { Text = fields.Text },
                2 => piece with { Score = fields.Single },
                3 => piece with { Type = (PieceType)fields.Int32 },
                _ => piece,
            };
        }

        return piece;
    }

    private void ReadTrainerSpec(ReadOnlySpan<byte> bytes)
    {
        var fields = new ProtobufFields(bytes);
        while (fields.MoveNext())
        {
            switch (fields.Number)
            {
                case 3: ModelType = fields.Int32; break;
                case 24: TreatWhitespaceAsSuffix = fields.Int32 != 0; break;
                case 35: ByteFallback = fields.Int32 != 0; break;
                case 40: UnknownId = fields.Int32; break;
                case 41: BeginningOfSentenceId = fields.Int32; break;
                case 42: EndOfSentenceId = fields.Int32; break;
            }
        }
    }

    private void ReadNormalizerSpec(ReadOnlySpan<byte> bytes)
    {
        var fields = new ProtobufFields(bytes);
        while (fields.MoveNext())
        {
            switch (fields.Number)
            {
                case 2: PrecompiledCharsmap = fields.Bytes.ToArray(); break;
                case 3: AddDummyPrefix = fields.Int32 != 0; break;
                case 4: RemoveExtraWhitespaces = fields.Int32 != 0; break;
                case 5: EscapeWhitespaces = fields.Int32 != 0; break;
            }
        }
    }
}
