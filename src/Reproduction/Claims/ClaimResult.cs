namespace Reproduction.Claims;

/// <summary>A claim with its verdict.</summary>
/// <param name="Id">The claim's name.</param>
/// <param name="Text">The claim in words.</param>
/// <param name="Source">Where the paper makes it.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Evidence">The comparisons behind it.</param>
public sealed record ClaimResult(string Id, string Text, string Source, ClaimVerdict Verdict, string Evidence);
