namespace Microsoft.ML.Tokenizers.SentencePiece;

/// <summary>One piece of a segmentation: its id and its bytes' range in the normalised text.</summary>
internal readonly record struct Segment(int Id, int Start, int End);
