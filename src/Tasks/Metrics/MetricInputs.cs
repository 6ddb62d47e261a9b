namespace Tasks.Metrics;

/// <summary>Checks the inputs of a metric.</summary>
internal static class MetricInputs
{
    /// <exception cref="ArgumentException">The lengths differ or are 0.</exception>
    public static void RequireSameLength(int predictions, int labels)
    {
        if (predictions != labels || labels == 0)
        {
            throw new ArgumentException(
                $"found {predictions} predictions and {labels} labels, expected the same number of both, at least one");
        }
    }
}
