namespace ModelZoo.Decoder;

/// <summary>What a decoder wrote after a prompt.</summary>
/// <param name="Ids">The new tokens, an end token included.</param>
/// <param name="End">Why there are no more.</param>
public sealed record GeneratedSequence(IReadOnlyList<int> Ids, GenerationEnd End);
