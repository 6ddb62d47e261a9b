using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>The smoothed importance of one layer's triplets: I = |p grad|, and its uncertainty.</summary>
internal sealed class TripletImportance : IDisposable
{
    private readonly AdaLoraAdapter _adapter;
    private readonly RankAllocation _schedule;
    private readonly List<(TorchSharp.Modules.Parameter Parameter, Tensor Mean, Tensor Uncertainty)> _parts;

    public TripletImportance(AdaLoraAdapter adapter, RankAllocation schedule)
    {
        _adapter = adapter;
        _schedule = schedule;
        _parts = [.. new[] { adapter.E, adapter.A, adapter.B }.Select(parameter => (parameter, Zeros(parameter), Zeros(parameter)))];
    }

    /// <summary>Takes in the gradients of a step: I, then its mean, then the mean's distance from I.</summary>
    public void Update()
    {
        using var scope = NewDisposeScope();
        foreach (var (parameter, mean, uncertainty) in _parts)
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

    /// <summary>Writes zero into E where a triplet is not kept.</summary>
    public void Mask(bool[] kept)
    {
        using var scope = NewDisposeScope();
        var dropped = tensor(kept.Select(keep => !keep).ToArray(), device: _adapter.E.device).unsqueeze(1); // [r, 1]
        _adapter.E.masked_fill_(dropped, 0);
    }

    public void Dispose()
    {
        foreach (var (_, mean, uncertainty) in _parts)
        {
            mean.Dispose();
            uncertainty.Dispose();
        }
    }

    private static Tensor Zeros(Tensor like)
    {
        using var noGrad = no_grad();
        return zeros_like(like).DetachFromDisposeScope();
    }

    private Tensor Score(int part) => _parts[part].Mean.mul(_parts[part].Uncertainty);
}
