namespace Reproduction.Published;

/// <summary>The outcome of a comparison.</summary>
/// <param name="Kind">The verdict.</param>
/// <param name="Why">The reason; empty where the numbers speak for themselves.</param>
public sealed record Verdict(VerdictKind Kind, string Why = "")
{
    /// <summary>The verdict in words.</summary>
    public override string ToString() => Why.Length == 0 ? Kind.ToString() : $"{Kind} ({Why})";
}
