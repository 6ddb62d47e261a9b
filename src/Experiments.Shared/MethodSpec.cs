using SpectralAdapters;

namespace Experiments.Shared;

/// <summary>A method of a published table: its rank there, and its settings at any rank.</summary>
/// <param name="Name">The method's name, as in data/published.</param>
/// <param name="PublishedRank">The rank (number of blocks for OFT) in the paper; null where the method has none.</param>
/// <param name="Create">The adapter's settings at a rank, which is 0 where the method has none.</param>
public sealed record MethodSpec(string Name, int? PublishedRank, Func<int, AdapterConfig> Create)
{
    /// <summary>
    /// Whether a narrower model takes a rank that much smaller, so that the trained share of a layer stays the published one.
    /// </summary>
    public bool RankFollowsWidth { get; init; }

    /// <summary>The rank for a model of another width.</summary>
    /// <param name="width">The model's hidden size.</param>
    /// <param name="publishedWidth">The hidden size of the paper's model.</param>
    public int? RankAt(int width, int publishedWidth) => PublishedRank is { } rank && RankFollowsWidth
        ? Math.Max(1, rank * width / publishedWidth)
        : PublishedRank;

    /// <summary>The adapter's settings at a rank.</summary>
    public AdapterConfig At(int? rank) => Create(rank ?? 0);
}
