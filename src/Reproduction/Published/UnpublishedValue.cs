namespace Reproduction.Published;

/// <summary>A value of a method that was measured but that the paper's table does not have, in a column that it has.</summary>
/// <param name="Artefact">The table.</param>
/// <param name="Method">The method.</param>
/// <param name="Task">The task; empty for values of the method itself.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Measured">The measured value, with its rank.</param>
public sealed record UnpublishedValue(string Artefact, string Method, string Task, string Metric, MeasuredValue Measured)
{
    /// <summary>The reference value of the same profile, or null.</summary>
    public MeasuredValue? Reference { get; init; }
}
