using Training;
using Training.Data;
using static TorchSharp.torch;

namespace Pretrain.Deberta;

/// <summary>The sequences of a run: most to train on, a few held out.</summary>
internal sealed class PretrainingRows
{
    // Enough for a loss with two digits, few enough to cost nothing.
    private const int MostHeldOut = 256;
    private const int HeldOutShare = 20;
    private const int EvaluationSeed = 0;

    private readonly IReadOnlyList<int[]> train;
    private readonly IReadOnlyList<int[]> heldOut;
    private readonly int batchSize;

    /// <param name="rows">The sequences, in random order; at least two batches.</param>
    /// <param name="batchSize">Sequences a step.</param>
    /// <param name="seed">Seed of the order.</param>
    /// <exception cref="ArgumentException">There are fewer.</exception>
    public PretrainingRows(IReadOnlyList<int[]> rows, int batchSize, int seed)
    {
        if (rows.Count < 2 * batchSize)
        {
            throw new ArgumentException($"found {rows.Count} sequences, expected at least {2 * batchSize}", nameof(rows));
        }

        var held = Math.Clamp(rows.Count / HeldOutShare, 1, MostHeldOut);
        (train, heldOut, this.batchSize) = ([.. rows.Skip(held)], [.. rows.Take(held)], batchSize);
        Batches = new RandomBatchSampler(train.Count, batchSize, seed);
    }

    public IBatchSampler Batches { get; }

    /// <summary>How many sequences there are to train on.</summary>
    public int TrainCount => train.Count;

    /// <summary>The sequences of a batch.</summary>
    public IReadOnlyList<int[]> Train(int[] batch) => [.. batch.Select(row => train[row])];

    /// <summary>The mean of a loss over the held-out sequences.</summary>
    public EvaluationResult Evaluate(Func<IReadOnlyList<int[]>, double> loss, string name)
    {
        // The same masks at every evaluation.
        using var seeded = manual_seed(EvaluationSeed);
        var sum = 0.0;
        foreach (var batch in heldOut.Chunk(batchSize))
        {
            using var scope = NewDisposeScope();
            sum += loss(batch) * batch.Length;
        }

        return new EvaluationResult(sum / heldOut.Count, new Dictionary<string, double> { [name] = sum / heldOut.Count });
    }
}
