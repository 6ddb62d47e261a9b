namespace Reproduction.Published;

/// <summary>What was measured for one published value.</summary>
/// <param name="Mean">The mean over seeds.</param>
/// <param name="Rank">The rank it was measured at.</param>
/// <param name="PublishedRank">The rank in the paper that it stands beside.</param>
/// <param name="Seeds">The number of seeds; 0 for a value that follows from shapes.</param>
/// <param name="HalfWidth">
/// How far the farther end of the 95 % interval in which the published value is expected lies from <paramref name="Mean"/>, or null
/// where one run without a standard error, or seeds without spread, give none.
/// </param>
/// <param name="Unit">The unit.</param>
public sealed record MeasuredValue(double Mean, int? Rank, int? PublishedRank, int Seeds, double? HalfWidth, string Unit)
{
    /// <summary>Whether the value follows from shapes and nothing was run for it.</summary>
    public bool IsPlanned => Seeds == 0;
}
