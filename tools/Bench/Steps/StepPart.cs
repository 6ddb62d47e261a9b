using static TorchSharp.torch;

namespace Bench.Steps;

/// <summary>A part of a training step that is measured alone.</summary>
internal sealed class StepPart
{
    // Long enough that the timer does not matter.
    private const double ShortestMilliseconds = 5;

    private readonly IReadOnlyList<(long Count, double Flop, Action Run)> _operations;
    private readonly double[] _best;

    /// <param name="name">What it is.</param>
    /// <param name="operations">How often a step does each operation, its multiplications and additions, and the operation.</param>
    public StepPart(string name, params IReadOnlyList<(long Count, double Flop, Action Run)> operations)
    {
        (Name, _operations) = (name, operations);
        _best = [.. operations.Select(_ => double.PositiveInfinity)];
    }

    /// <summary>What it is.</summary>
    public string Name { get; }

    /// <summary>The multiplications and additions of a step, in GFLOP; 0 where it has no products.</summary>
    public double Gflop => _operations.Sum(operation => operation.Count * operation.Flop) / 1e9;

    /// <summary>What a step takes for it, from the best times of its operations.</summary>
    public double Milliseconds => _operations.Zip(_best, (operation, best) => operation.Count * best).Sum();

    /// <summary>A product that a step does some times.</summary>
    public static (long Count, double Flop, Action Run) Product(long count, Tensor left, Tensor right) =>
        (count, 2.0 * left.numel() * right.shape[^1], () => left.matmul(right).Dispose());

    /// <summary>A function that a step differentiates some times.</summary>
    /// <param name="count">How often.</param>
    /// <param name="flop">Multiplications and additions of forward and backward.</param>
    /// <param name="input">The tensor that needs a gradient.</param>
    /// <param name="run">The function.</param>
    public static (long Count, double Flop, Action Run) Differentiated(long count, double flop, Tensor input, Func<Tensor> run)
    {
        var gradient = ones_like(run().detach()); // as the output
        return (count, flop, () =>
        {
            using var scope = NewDisposeScope();
            autograd.grad([run()], [input], [gradient]);
        });
    }

    /// <summary>Measures every operation once more.</summary>
    public void Measure()
    {
        foreach (var (i, (_, _, run)) in _operations.Index())
        {
            var repetitions = (int)Math.Ceiling(ShortestMilliseconds / Math.Max(Timing.Milliseconds(run), 1e-3));
            var milliseconds = Timing.Milliseconds(() =>
            {
                for (var repetition = 0; repetition < repetitions; repetition++)
                {
                    run();
                }
            });
            _best[i] = Math.Min(_best[i], milliseconds / repetitions);
        }
    }
}
