using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>The smoothed importance of one layer's triplets, I = |p grad|, its uncertainty, and which triplets were dropped.</summary>
internal sealed class TripletImportance : IDisposable
{
    private readonly AdaLoraAdapter _adapter;
    private readonly RankAllocation _schedule;
    private readonly List<(string Name, TorchSharp.Modules.Parameter Parameter, Tensor Mean, Tensor Uncertainty)> _parts;
    private readonly Tensor _dropped; // [r, 1]

    public TripletImportance(AdaLoraAdapter adapter, RankAllocation schedule)
    {
        _adapter = adapter;
        _schedule = schedule;
        _parts = [Part("lora_E", adapter.E), Part("lora_A", adapter.A), Part("lora_B", adapter.B)];
        using var noGrad = no_grad();
        _dropped = adapter.E.eq(0).DetachFromDisposeScope(); // a loaded adapter may be pruned already
    }

    /// <summary>Which triplets the layer has: those whose E is not zero, [r].</summary>
    public bool[] Kept
    {
        get
        {
            using var scope = NewDisposeScope();
            return [.. _adapter.E.detach().to_type(ScalarType.Float64).cpu().data<double>().Select(value => value != 0)];
        }
    }

    /// <summary>How many entries of E are not zero.</summary>
    public int Rank => Kept.Count(kept => kept);

    /// <summary>The tensors that change from step to step, which stay this object's.</summary>
    /// <param name="layer">The layer's name.</param>
    public IEnumerable<(string Name, Tensor Tensor)> State(string layer) =>
    [
        .. _parts.SelectMany(part =>
            new[] { ($"importance.{layer}.{part.Name}", part.Mean), ($"uncertainty.{layer}.{part.Name}", part.Uncertainty) }),
        ($"dropped.{layer}", _dropped),
    ];

    /// <summary>Accumulates the gradients of a step: I, then its mean, then the mean's distance from I.</summary>
    public void Update()
    {
        using var scope = NewDisposeScope();
        foreach (var (_, parameter, mean, uncertainty) in _parts)
        {
            var importance = parameter.mul(parameter.grad!).abs();
            mean.mul_(_schedule.Beta1).add_(importance.mul(1 - _schedule.Beta1));
            uncertainty.mul_(_schedule.Beta2).add_(importance.sub(mean).abs().mul_(1 - _schedule.Beta2));
        }
    }

    /// <summary>A triplet's score: that of its E, and the means over its row of A and its column of B, [r].</summary>
    public double[] Scores()
    {
        using var scope = NewDisposeScope();
        var (e, a, b) = (Score(0), Score(1), Score(2)); // [r, 1], [r, n], [m, r]
        var others = a.mean([1L]).add(b.mean([0L])); // [r]
        return e.view(-1).add(others).to_type(ScalarType.Float64).cpu().data<double>().ToArray();
    }

    /// <summary>Drops the triplets whose score is not above a threshold.</summary>
    /// <param name="scores">The scores, [r].</param>
    /// <param name="threshold">The threshold.</param>
    public void Drop(double[] scores, double threshold)
    {
        using var scope = NewDisposeScope();
        _dropped.copy_(tensor(scores.Select(score => !(score > threshold)).ToArray()).unsqueeze(1));
    }

    /// <summary>Writes zero into E where a triplet is dropped.</summary>
    public void Mask()
    {
        using var scope = NewDisposeScope();
        _adapter.E.masked_fill_(_dropped, 0);
    }

    public void Dispose()
    {
        _dropped.Dispose();
        foreach (var (_, _, mean, uncertainty) in _parts)
        {
            mean.Dispose();
            uncertainty.Dispose();
        }
    }

    private static (string, TorchSharp.Modules.Parameter, Tensor, Tensor) Part(string name, TorchSharp.Modules.Parameter parameter)
    {
        using var noGrad = no_grad();
        return (name, parameter, zeros_like(parameter).DetachFromDisposeScope(), zeros_like(parameter).DetachFromDisposeScope());
    }

    private Tensor Score(int part) => _parts[part].Mean.mul(_parts[part].Uncertainty);
}
