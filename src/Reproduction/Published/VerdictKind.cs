namespace Reproduction.Published;

/// <summary>How a measured value stands to the published one.</summary>
public enum VerdictKind
{
    /// <summary>Equal at the printed precision (exact quantities), or within the tolerance of <see cref="Comparison"/>.</summary>
    Reproduced,

    /// <summary>Further off, but the published value lies in the interval in which it would be expected.</summary>
    WithinNoise,

    /// <summary>The measured value is lower than noise explains.</summary>
    Lower,

    /// <summary>The measured value is higher than noise explains.</summary>
    Higher,

    /// <summary>Both values exist, but say nothing about each other.</summary>
    NotComparable,

    /// <summary>Nothing was measured.</summary>
    NotRun,
}
