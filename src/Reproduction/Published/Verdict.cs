namespace Reproduction.Published;

/// <summary>The outcome of a comparison.</summary>
/// <param name="Kind">The verdict.</param>
/// <param name="Why">The reason; empty where the numbers speak for themselves.</param>
public sealed record Verdict(VerdictKind Kind, string Why = "")
{
    /// <summary>Whether two comparable values were compared.</summary>
    public bool IsDecided => Kind is not (VerdictKind.NotComparable or VerdictKind.NotRun);

    /// <summary>The verdict in words.</summary>
    public override string ToString() => Why.Length == 0 ? Kind.ToString() : $"{Kind} ({Why})";
}
