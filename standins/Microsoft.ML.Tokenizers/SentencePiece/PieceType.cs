namespace Microsoft.ML.Tokenizers.SentencePiece;

/// <summary>sentencepiece_model.proto, SentencePiece.Type.</summary>
internal enum PieceType
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}
