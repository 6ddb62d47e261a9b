namespace Training.Data;

/// <summary>Cuts an order of rows into batches.</summary>
public static class Batches
{
    /// <summary>Consecutive batches of an order; the last one may be smaller, as with PyTorch's <c>drop_last=False</c>.</summary>
    /// <param name="order">The rows in the order of the visit.</param>
    /// <param name="batchSize">Rows per batch, at least 1.</param>
    public static IReadOnlyList<int[]> Split(IReadOnlyList<int> order, int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return [.. order.Chunk(batchSize)];
    }

    /// <summary>Batches of the rows 0 to count - 1 in their order, as in evaluation.</summary>
    /// <param name="count">How many rows there are.</param>
    /// <param name="batchSize">Rows per batch, at least 1.</param>
    public static IReadOnlyList<int[]> Sequential(int count, int batchSize) => Split([.. Enumerable.Range(0, count)], batchSize);
}
