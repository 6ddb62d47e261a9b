namespace Training.Data;

/// <summary>
/// Batches of examples of similar length, in random order: less padding than <see cref="RandomBatchSampler"/>, but
/// batches that are not uniform samples. Not the order of the paper's runs.
/// </summary>
public sealed class LengthBucketedBatchSampler : IBatchSampler
{
    // Examples are sorted within blocks of this many batches: large enough for even lengths, small enough to stay random.
    private const int BatchesPerBlock = 50;

    private readonly IReadOnlyList<int> lengths;
    private readonly int batchSize;
    private readonly long seed;

    /// <param name="lengths">The length of every example in tokens; at least one example.</param>
    /// <param name="batchSize">Examples per batch, at least 1.</param>
    /// <param name="seed">The seed of the run.</param>
    public LengthBucketedBatchSampler(IReadOnlyList<int> lengths, int batchSize, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lengths.Count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        (this.lengths, this.batchSize, this.seed) = (lengths, batchSize, seed);
    }

    /// <inheritdoc/>
    public int BatchesPerEpoch => (lengths.Count + batchSize - 1) / batchSize;

    /// <inheritdoc/>
    public IReadOnlyList<int[]> Epoch(int epoch)
    {
        var random = RandomBatchSampler.Order(lengths.Count, seed + epoch);
        var bucketed = random.Chunk(batchSize * BatchesPerBlock).SelectMany(block => block.OrderBy(example => lengths[example]));
        var batches = Batches.Split([.. bucketed], batchSize);
        return [.. RandomBatchSampler.Order(batches.Count, seed + epoch).Select(batch => batches[batch])];
    }
}
