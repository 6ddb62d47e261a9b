namespace Tasks.Metrics;

/// <summary>What every metric asks of its input.</summary>
internal static class Pairs
{
    /// <exception cref="ArgumentException">The numbers differ or are 0.</exception>
    public static void Require(int predictions, int labels)
    {
        if (predictions != labels || labels == 0)
        {
            throw new ArgumentException($"found {predictions} predictions and {labels} labels, expected as many of each and at least one");
        }
    }
}
