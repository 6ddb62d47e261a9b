namespace ModelZoo.Tokenizers;

/// <summary>One piece of a Unigram vocabulary; its id is its place.</summary>
/// <param name="Text">The text, spaces written as U+2581.</param>
/// <param name="Score">Its log probability; 0 for special and byte pieces.</param>
internal readonly record struct UnigramPiece(string Text, float Score);
