namespace Reproduction;

/// <summary>One line of results.csv.</summary>
/// <param name="Experiment">The experiment's id.</param>
/// <param name="Profile">The profile's name.</param>
/// <param name="Method">The method.</param>
/// <param name="Rank">The rank, or null.</param>
/// <param name="Task">The task.</param>
/// <param name="Seed">The seed, or null for values that belong to no single seed.</param>
/// <param name="Step">The training step, or null for the end of the trial.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Value">The value, in <paramref name="Unit"/>.</param>
/// <param name="N">The number of examples behind the value, or null.</param>
/// <param name="StandardError">The standard error in <paramref name="Unit"/>, or null.</param>
/// <param name="Unit">The unit; empty for plain numbers.</param>
public sealed record ResultRow(
    string Experiment, string Profile, string Method, int? Rank, string Task, int? Seed, int? Step, string Metric,
    double Value, int? N, double? StandardError, string Unit)
{
    /// <summary>The trial's variant, as in <see cref="Trial.Variant"/>.</summary>
    public string Variant { get; init; } = "";

    /// <summary>The rank in the paper, as in <see cref="Trial.PublishedRank"/>.</summary>
    public int? PublishedRank { get; init; } = Rank;

    /// <summary>The trial that the value belongs to, without its configuration; for values that belong to one trial.</summary>
    internal Trial Trial => new(Method, Task, Rank, Seed ?? 0) { Variant = Variant, PublishedRank = PublishedRank };

    /// <summary>The trial's key, as in <see cref="Trial.Key"/>.</summary>
    internal string TrialKey => Trial.Key;
}
