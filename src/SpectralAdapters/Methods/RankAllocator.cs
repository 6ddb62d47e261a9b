using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>
/// AdaLoRA's budget over all layers: smoothed importance of every trained number, one ranking of all triplets, and zeros in E for
/// the least important (PEFT, RankAllocator). Call <see cref="Update"/> after every optimiser step, before the gradients are cleared.
/// </summary>
/// <remarks>A triplet that was zeroed can come back: the optimiser moves its E off zero before the next ranking.</remarks>
public sealed class RankAllocator : IDisposable
{
    private readonly RankAllocation _schedule;
    private readonly IReadOnlyList<(string Name, TripletImportance Importance)> _layers;
    private readonly long _initialBudget;
    private Dictionary<string, bool[]>? _kept;

    /// <summary>Starts without any importance.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="layers">The adapters by layer name.</param>
    public RankAllocator(RankAllocation schedule, IReadOnlyDictionary<string, AdaLoraAdapter> layers)
    {
        _schedule = schedule;
        _layers = [.. layers.Select(pair => (pair.Key, new TripletImportance(pair.Value, schedule)))];
        _initialBudget = layers.Values.Sum(adapter => adapter.E.shape[0]);
    }

    /// <summary>The triplets kept by the last ranking, by layer; null before the first.</summary>
    public IReadOnlyDictionary<string, bool[]>? Kept => _kept;

    /// <summary>Takes in a step's gradients, and ranks and zeroes triplets where the schedule says so.</summary>
    /// <param name="step">The step just taken, counted from 0.</param>
    public void Update(long step)
    {
        using var noGrad = no_grad();
        var last = _schedule.TotalSteps - _schedule.FinalSteps;
        if (step < last)
        {
            foreach (var (_, importance) in _layers)
            {
                importance.Update();
            }
        }

        if (step > last)
        {
            Mask(_kept!);
            return;
        }

        var (budget, rank) = _schedule.At(step, _initialBudget, _layers.Count);
        if (rank || step == last)
        {
            _kept = Rank(budget);
            Mask(_kept);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, importance) in _layers)
        {
            importance.Dispose();
        }
    }

    private Dictionary<string, bool[]> Rank(long budget)
    {
        var scores = _layers.ToDictionary(layer => layer.Name, layer => layer.Importance.Scores());
        var dropped = (int)(_initialBudget - budget);
        var threshold = dropped == 0 ? double.NegativeInfinity : scores.Values.SelectMany(values => values).Order().ElementAt(dropped - 1);
        return scores.ToDictionary(pair => pair.Key, pair => pair.Value.Select(score => score > threshold).ToArray());
    }

    private void Mask(Dictionary<string, bool[]> kept)
    {
        foreach (var (name, importance) in _layers)
        {
            importance.Mask(kept[name]);
        }
    }
}
