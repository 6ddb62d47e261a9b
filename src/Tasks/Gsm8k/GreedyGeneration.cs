namespace Tasks.Gsm8k;

/// <summary>Generates greedily after each prompt of a batch.</summary>
/// <param name="prompts">The token ids of the prompts.</param>
/// <param name="maxNewTokens">The most new tokens of a sequence.</param>
/// <param name="isStopped">Whether a sequence may end, from its index in the batch and its new tokens.</param>
/// <returns>The new tokens of each sequence.</returns>
public delegate IReadOnlyList<IReadOnlyList<int>> GreedyGeneration(
    IReadOnlyList<IReadOnlyList<int>> prompts, int maxNewTokens, Func<int, IReadOnlyList<int>, bool> isStopped);
