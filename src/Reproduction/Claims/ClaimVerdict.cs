namespace Reproduction.Claims;

/// <summary>What the results say about a claim.</summary>
public enum ClaimVerdict
{
    /// <summary>The results bear the claim out, beyond noise.</summary>
    Holds,

    /// <summary>The results contradict the claim, beyond noise.</summary>
    Fails,

    /// <summary>Results are missing, or too few to tell.</summary>
    Inconclusive,
}
