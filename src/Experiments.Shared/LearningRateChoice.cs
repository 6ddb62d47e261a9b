namespace Experiments.Shared;

/// <summary>How a trial's learning rate was chosen; part of its spec.</summary>
/// <param name="Rates">The rates that were tried.</param>
/// <param name="Steps">The optimiser steps that each was tried for.</param>
/// <param name="Seeds">The seeds of the sweep.</param>
public sealed record LearningRateChoice(IReadOnlyList<double> Rates, int Steps, IReadOnlyList<int> Seeds)
{
    /// <summary>No rate was tried, or none trains.</summary>
    public static LearningRateChoice None { get; } = new([], 0, []);
}
