namespace ModelZoo.Tokenizers;

/// <summary>The ids of a text, or of a pair of texts, with the special tokens around them.</summary>
/// <param name="Ids">The ids.</param>
/// <param name="FirstLength">
/// How many of them belong to the first text, its special tokens included: they have token type 0, the rest, of the second text, 1.
/// </param>
public sealed record EncodedText(int[] Ids, int FirstLength);
