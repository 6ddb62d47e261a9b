using System.Text.Json.Serialization;
using SpectralAdapters.Attachment;

namespace SpectralAdapters;

/// <summary>
/// LiDB, the lightweight adapter of HyperDreamBooth: W' = W + P_u U D P_d, with P_d [a, n] and P_u [m, b] frozen parts of random
/// orthogonal matrices and D [r, a], U [b, r] trained (Ruiz et al. 2023).
/// </summary>
public sealed record LidbConfig : AdapterConfig
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Method => "lidb";

    /// <summary>r.</summary>
    public long Rank { get; init; } = 1;

    /// <summary>a, rows of the frozen input projection.</summary>
    public long DownSize { get; init; } = 100;

    /// <summary>b, columns of the frozen output projection.</summary>
    public long UpSize { get; init; } = 50;

    /// <inheritdoc/>
    public override void Validate()
    {
        RequireRank(Rank);
        if (Rank > Math.Min(DownSize, UpSize))
        {
            throw new ArgumentException($"lidb: rank {Rank} is larger than the smaller of down size {DownSize} and up size {UpSize}.");
        }
    }

    /// <inheritdoc/>
    public override void Validate(string layer, long outFeatures, long inFeatures)
    {
        if (DownSize > inFeatures || UpSize > outFeatures)
        {
            throw new ArgumentException(
                $"lidb: {layer}, whose weight is [{outFeatures}, {inFeatures}], "
                + $"has no {DownSize} orthogonal rows and {UpSize} orthogonal columns.");
        }
    }

    /// <inheritdoc/>
    public override long ParameterCount(long outFeatures, long inFeatures) => Rank * (DownSize + UpSize);

    /// <inheritdoc/>
    public override Adapter Create(AdapterSite site) => new LidbAdapter(this, site);
}
