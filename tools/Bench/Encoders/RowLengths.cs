using Training.Data;
using static TorchSharp.torch;

namespace Bench.Encoders;

/// <summary>
/// The lengths of an epoch's rows in tokens, log-normal like those of RTE's training pairs (median 53, deviation of the
/// logarithm 0.52, counted with DeBERTaV3's tokenizer), and the batches that they make.
/// </summary>
internal sealed class RowLengths
{
    public const int Batches = 8;
    public const int Shortest = 10;
    public const int Longest = 128;

    private const int Seed = 0;
    private const double Median = 53;
    private const double Deviation = 0.52;

    private readonly int[] _lengths;
    private readonly int _batchSize;

    public RowLengths(int batchSize)
    {
        _batchSize = batchSize;
        using var scope = NewDisposeScope();
        using var generator = new Generator(Seed);
        var normal = randn(Batches * batchSize, generator: generator); // [N]
        var drawn = normal.mul(Deviation).add(Math.Log(Median)).exp().clamp(Shortest, Longest); // [N]
        _lengths = [.. drawn.data<float>().Select(length => (int)length)];
    }

    /// <summary>Tokens of all rows, without padding.</summary>
    public int Tokens => _lengths.Sum();

    /// <summary>The lengths of each batch in the order of the experiments.</summary>
    public IReadOnlyList<int[]> Random() => Of(new RandomBatchSampler(_lengths.Length, _batchSize, Seed));

    /// <summary>The lengths of each batch with rows of similar length together.</summary>
    public IReadOnlyList<int[]> Bucketed() => Of(new LengthBucketedBatchSampler(_lengths, _batchSize, Seed));

    /// <summary>Tokens with padding, which are computed.</summary>
    public static int Computed(IEnumerable<int[]> batches) => batches.Sum(batch => batch.Length * batch.Max());

    private IReadOnlyList<int[]> Of(IBatchSampler sampler) =>
        [.. sampler.Epoch(0).Select(batch => batch.Select(row => _lengths[row]).ToArray())];
}
