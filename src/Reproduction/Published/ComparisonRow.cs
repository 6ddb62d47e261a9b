namespace Reproduction.Published;

/// <summary>A published value beside the measured one.</summary>
/// <param name="Published">The published value.</param>
/// <param name="Measured">The measured value, or null.</param>
/// <param name="Verdict">How they stand to each other.</param>
public sealed record ComparisonRow(PublishedValue Published, MeasuredValue? Measured, Verdict Verdict)
{
    /// <summary>The reference value of the same profile, or null.</summary>
    public MeasuredValue? Reference { get; init; }
}
