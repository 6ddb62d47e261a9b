namespace Microsoft.ML.Tokenizers.SentencePiece;

/// <summary>One entry of a vocabulary; its id is its place in the file.</summary>
internal readonly record struct Piece(string Text, float Score, PieceType Type);
