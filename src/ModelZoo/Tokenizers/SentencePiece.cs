namespace ModelZoo.Tokenizers;

/// <summary>One piece of a SentencePiece vocabulary; its id is its place.</summary>
/// <param name="Text">The text, spaces written as U+2581.</param>
/// <param name="Score">Its log probability (Unigram) or the order of its merge (BPE: the highest first).</param>
/// <param name="Type">What it is for.</param>
internal readonly record struct SentencePiece(string Text, float Score, SentencePieceType Type);
