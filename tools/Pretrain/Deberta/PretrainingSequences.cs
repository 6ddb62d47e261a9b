using Training;
using Training.Data;
using static TorchSharp.torch;

namespace Pretrain.Deberta;

/// <summary>The sequences of a run: most for training, a few held out.</summary>
internal sealed class PretrainingSequences
{
    // Enough for a loss with two digits, few enough to cost nothing.
    private const int MostHeldOut = 256;
    private const int HeldOutShare = 20;
    private const int EvaluationSeed = 0;

    private readonly IReadOnlyList<int[]> _train;
    private readonly IReadOnlyList<int[]> _heldOut;
    private readonly int _batchSize;

    /// <param name="sequences">The sequences, in random order; at least two batches.</param>
    /// <param name="batchSize">Sequences per batch.</param>
    /// <param name="seed">Seed of the order.</param>
    /// <exception cref="ArgumentException">There are fewer.</exception>
    public PretrainingSequences(IReadOnlyList<int[]> sequences, int batchSize, int seed)
    {
        if (sequences.Count < 2 * batchSize)
        {
            throw new ArgumentException($"found {sequences.Count} sequences, expected at least {2 * batchSize}", nameof(sequences));
        }

        var held = Math.Clamp(sequences.Count / HeldOutShare, 1, MostHeldOut);
        (_train, _heldOut, _batchSize) = ([.. sequences.Skip(held)], [.. sequences.Take(held)], batchSize);
        Sampler = new RandomBatchSampler(_train.Count, batchSize, seed);
    }

    public IBatchSampler Sampler { get; }

    /// <summary>The number of training sequences.</summary>
    public int TrainCount => _train.Count;

    /// <summary>The sequences of a batch.</summary>
    public IReadOnlyList<int[]> Train(int[] batch) => [.. batch.Select(example => _train[example])];

    /// <summary>The mean of a loss over the held-out sequences.</summary>
    public EvaluationResult Evaluate(Func<IReadOnlyList<int[]>, double> loss, string name)
    {
        // The same masks at every evaluation.
        using var seeded = manual_seed(EvaluationSeed);
        var sum = 0.0;
        foreach (var batch in _heldOut.Chunk(_batchSize))
        {
            using var scope = NewDisposeScope();
            sum += loss(batch) * batch.Length;
        }

        return new EvaluationResult(sum / _heldOut.Count, new Dictionary<string, double> { [name] = sum / _heldOut.Count });
    }
}
