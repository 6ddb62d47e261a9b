namespace Reproduction.Figures.Charts;

/// <summary>How the legend names the paper's values and ours.</summary>
internal static class OriginText
{
    public const string Published = "published";

    /// <param name="profile">The profile that was measured.</param>
    /// <param name="interval">What its whiskers or bands are, or null where nothing has any.</param>
    public static string Measured(string profile, string? interval) =>
        interval is null ? $"measured ({profile})" : $"measured ({profile}; {interval})";

    /// <summary>The results that come with the repository.</summary>
    public const string Reference = "reference (comes with the repository)";
}
