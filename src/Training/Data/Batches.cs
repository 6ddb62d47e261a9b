namespace Training.Data;

/// <summary>Splits examples into batches.</summary>
public static class Batches
{
    /// <summary>Consecutive batches of an order; the last one may be smaller, as with PyTorch's <c>drop_last=False</c>.</summary>
    /// <param name="order">The indices of the examples, in order.</param>
    /// <param name="batchSize">Examples per batch, at least 1.</param>
    public static IReadOnlyList<int[]> Split(IReadOnlyList<int> order, int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return [.. order.Chunk(batchSize)];
    }

    /// <summary>Batches of the examples 0 to count - 1 in order, as in evaluation.</summary>
    /// <param name="count">The number of examples.</param>
    /// <param name="batchSize">Examples per batch, at least 1.</param>
    public static IReadOnlyList<int[]> Sequential(int count, int batchSize) => Split([.. Enumerable.Range(0, count)], batchSize);
}
