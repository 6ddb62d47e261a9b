using System.Globalization;

namespace Reproduction.Claims;

/// <summary>A method in a claim, at any rank or at one.</summary>
/// <param name="Name">The method.</param>
/// <param name="Rank">The rank in the paper, or null for whatever rank the results have.</param>
public sealed record ClaimMethod(string Name, int? Rank)
{
    /// <summary>The method as claims.csv writes it: <c>spectral-r:8</c>.</summary>
    public override string ToString() => Rank is { } rank ? string.Create(CultureInfo.InvariantCulture, $"{Name}:{rank}") : Name;

    /// <summary>Whether a row belongs to the method.</summary>
    public bool Matches(ResultRow row) => row.Method == Name && row.Variant.Length == 0 && (Rank is null || row.PublishedRank == Rank);
}
