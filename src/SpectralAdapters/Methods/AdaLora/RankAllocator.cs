using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>
/// AdaLoRA's budget over all layers: smoothed importance of every trainable parameter, one ranking of all triplets, and zeros in E for
/// the least important (PEFT, RankAllocator). Call <see cref="Update"/> after every optimiser step, before the gradients are cleared.
/// </summary>
/// <remarks>A triplet that was zeroed can come back: the optimiser moves its E off zero before the next ranking.</remarks>
public sealed class RankAllocator : IDisposable
{
    private readonly RankAllocation _schedule;
    private readonly IReadOnlyList<(string Name, TripletImportance Importance)> _layers;
    private readonly long _initialBudget;

    /// <summary>Starts without any importance; triplets whose E is zero already count as dropped.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="layers">The adapters by layer name.</param>
    public RankAllocator(RankAllocation schedule, IReadOnlyDictionary<string, AdaLoraAdapter> layers)
    {
        _schedule = schedule;
        _layers = [.. layers.Select(pair => (pair.Key, new TripletImportance(pair.Value, schedule)))];
        _initialBudget = layers.Values.Sum(adapter => adapter.E.shape[0]);
    }

    /// <summary>Which triplets each layer has now, by its name, [r] each: those whose E is not zero.</summary>
    public IReadOnlyDictionary<string, bool[]> Kept => _layers.ToDictionary(layer => layer.Name, layer => layer.Importance.Kept);

    /// <summary>The mean number of triplets a layer has now: those whose E is not zero.</summary>
    public double MeanRank => _layers.Average(layer => layer.Importance.Rank);

    /// <summary>
    /// All that <see cref="Update"/> carries from step to step, by name: the smoothed importance and uncertainty of each factor,
    /// [r, 1], [r, n] and [m, r], and the dropped triplets of each layer, [r, 1]. The tensors stay the allocator's; a run continues
    /// from saved values that are copied into them.
    /// </summary>
    public IReadOnlyDictionary<string, Tensor> State =>
        _layers.SelectMany(layer => layer.Importance.State(layer.Name)).ToDictionary(entry => entry.Name, entry => entry.Tensor);

    /// <summary>Accumulates the importance of a step's gradients, and ranks and zeroes triplets where the schedule says so.</summary>
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

        if (step <= last)
        {
            var (budget, rank) = _schedule.At(step, _initialBudget, _layers.Count);
            if (!rank && step != last)
            {
                return;
            }

            Rank(budget);
        }

        foreach (var (_, importance) in _layers)
        {
            importance.Mask();
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

    private void Rank(long budget)
    {
        var scores = _layers.Select(layer => layer.Importance.Scores()).ToList();
        var dropped = (int)(_initialBudget - budget);
        var threshold = dropped == 0 ? double.NegativeInfinity : scores.SelectMany(values => values).Order().ElementAt(dropped - 1);
        for (var i = 0; i < scores.Count; i++)
        {
            _layers[i].Importance.Drop(scores[i], threshold);
        }
    }
}
