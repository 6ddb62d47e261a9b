namespace SpectralAdapters;

/// <summary>
/// AdaLoRA's schedule: full budget, a cubic descent to the target, then fixed masks (PEFT's tinit, tfinal, deltaT, beta1,
/// beta2).
/// </summary>
public sealed record RankAllocation
{
    /// <summary>The mean number of triplets a layer keeps in the end.</summary>
    public long TargetRank { get; init; } = 8;

    /// <summary>Steps of the whole training.</summary>
    public required long TotalSteps { get; init; }

    /// <summary>Steps before the budget starts to fall.</summary>
    public long InitialSteps { get; init; }

    /// <summary>Steps at the end with the budget at its target and the masks fixed.</summary>
    public long FinalSteps { get; init; }

    /// <summary>Steps between two rankings.</summary>
    public long Interval { get; init; } = 1;

    /// <summary>Smoothing of the importance.</summary>
    public double Beta1 { get; init; } = 0.85;

    /// <summary>Smoothing of the importance's uncertainty.</summary>
    public double Beta2 { get; init; } = 0.85;

    /// <summary>The number of triplets allowed after a step, and whether the triplets are ranked then.</summary>
    /// <param name="step">The step, counted from 0.</param>
    /// <param name="initialBudget">Triplets at the start, over all layers.</param>
    /// <param name="layerCount">Adapted layers.</param>
    public (long Budget, bool Rank) At(long step, long initialBudget, long layerCount)
    {
        var target = TargetRank * layerCount;
        if (step <= InitialSteps)
        {
            return (initialBudget, false);
        }

        if (step > TotalSteps - FinalSteps)
        {
            return (target, true);
        }

        var remaining = 1 - ((double)(step - InitialSteps) / (TotalSteps - FinalSteps - InitialSteps));
        var budget = (long)(((initialBudget - target) * Math.Pow(remaining, 3)) + target);
        return (budget, step % Interval == 0);
    }

    /// <summary>Checks the schedule against the rank at the start.</summary>
    internal void Validate(long rank)
    {
        if (TargetRank < 1 || TargetRank > rank)
        {
            throw new ArgumentException($"adalora: target rank {TargetRank} is not between 1 and the initial rank {rank}.");
        }

        if (InitialSteps < 0 || FinalSteps < 0 || InitialSteps + FinalSteps >= TotalSteps)
        {
            throw new ArgumentException(
                $"adalora: {InitialSteps} initial and {FinalSteps} final steps leave no step of {TotalSteps} for allocation.");
        }

        if (Interval < 1 || !(Beta1 > 0 && Beta1 < 1 && Beta2 > 0 && Beta2 < 1))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"adalora: interval {Interval} must be at least 1, beta1 {Beta1} and beta2 {Beta2} between 0 and 1."));
        }
    }
}
