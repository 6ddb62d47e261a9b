using TorchSharp;
using static TorchSharp.torch;

namespace Training.Data;

/// <summary>
/// The order of the Hugging Face Trainer: epoch e visits <c>torch.randperm(n)</c> of a generator seeded seed + e
/// (accelerate's SeedableRandomSampler); the last batch may be smaller.
/// </summary>
public sealed class RandomBatchSampler : IBatchSampler
{
    private readonly int _count;
    private readonly int _batchSize;
    private readonly long _seed;

    /// <param name="count">The number of examples, at least 1.</param>
    /// <param name="batchSize">Examples per batch, at least 1.</param>
    /// <param name="seed">The seed of the run.</param>
    public RandomBatchSampler(int count, int batchSize, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        (_count, _batchSize, _seed) = (count, Math.Min(batchSize, count), seed);
    }

    /// <inheritdoc/>
    public int BatchesPerEpoch => (_count + _batchSize - 1) / _batchSize;

    /// <inheritdoc/>
    public IReadOnlyList<int[]> Epoch(int epoch) => Batches.Split(Order(_count, _seed + epoch), _batchSize);

    /// <summary><c>torch.randperm(count)</c> of a generator with this seed.</summary>
    public static int[] Order(int count, long seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        return [.. randperm(count, generator: generator).data<long>().Select(example => (int)example)];
    }
}
