namespace ModelZoo.Tokenizers;

/// <summary>A BPE vocabulary.</summary>
/// <param name="Tokens">The tokens in the order of their ids, special ones included.</param>
/// <param name="Ids">The ids of the tokens.</param>
/// <param name="Merges">Pairs of ids with the id of both together, the first to be merged first.</param>
/// <param name="AddedTokens">The special tokens.</param>
internal sealed record BpeVocabulary(
    IReadOnlyList<string> Tokens, IReadOnlyDictionary<string, int> Ids, IReadOnlyList<(int Left, int Right, int Merged)> Merges,
    IReadOnlyList<AddedToken> AddedTokens);
