namespace Training.Data;

/// <summary>
/// Batches of examples of similar length, in random order: less padding than <see cref="RandomBatchSampler"/>, but
/// batches that are not uniform samples. Not the order of the paper's runs.
/// </summary>
public sealed class LengthBucketedBatchSampler : IBatchSampler
{
    // Examples are sorted within blocks of this many batches: large enough for even lengths, small enough to stay random.
    private const int BatchesPerBlock = 50;

    private readonly IReadOnlyList<int> _lengths;
    private readonly int _batchSize;
    private readonly long _seed;

    /// <param name="lengths">The length of every example in tokens; at least one example.</param>
    /// <param name="batchSize">Examples per batch, at least 1.</param>
    /// <param name="seed">The seed of the run.</param>
    public LengthBucketedBatchSampler(IReadOnlyList<int> lengths, int batchSize, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lengths.Count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        (_lengths, _batchSize, _seed) = (lengths, Math.Min(batchSize, lengths.Count), seed);
    }

    /// <inheritdoc/>
    public int BatchesPerEpoch => (_lengths.Count + _batchSize - 1) / _batchSize;

    /// <inheritdoc/>
    public IReadOnlyList<int[]> Epoch(int epoch)
    {
        var random = RandomBatchSampler.Order(_lengths.Count, _seed + epoch);
        var bucketed = random.Chunk(_batchSize * BatchesPerBlock).SelectMany(block => block.OrderBy(example => _lengths[example]));
        var batches = Batches.Split([.. bucketed], _batchSize);
        return [.. RandomBatchSampler.Order(batches.Count, _seed + epoch).Select(batch => batches[batch])];
    }
}
