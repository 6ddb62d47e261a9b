namespace ModelZoo.Tokenizers;

/// <summary>Hugging Face's "longest_first" truncation as its fast tokenizers do it.</summary>
internal static class LongestFirst
{
    /// <summary>
    /// How many tokens two texts keep. If the shorter has at most half the budget only the longer is cut; otherwise both
    /// are cut to half, and an odd token goes to the longer one, to the second on a tie.
    /// </summary>
    /// <param name="first">Tokens of the first text.</param>
    /// <param name="second">Tokens of the second text.</param>
    /// <param name="budget">Tokens that both may have together.</param>
    public static (int First, int Second) Lengths(int first, int second, int budget)
    {
        if (first + second <= budget)
        {
            return (first, second);
        }

        if (first > second)
        {
            var (kept, keptOfFirst) = Lengths(second, first, budget);
            return (keptOfFirst, kept);
        }

        var half = budget / 2;
        return first <= half ? (first, budget - first) : (half, budget - half);
    }
}
