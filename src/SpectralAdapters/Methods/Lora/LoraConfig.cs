using System.Text.Json.Serialization;
using SpectralAdapters.Attachment;

namespace SpectralAdapters;

/// <summary>LoRA: W' = W + s B A with A [r, n] and B [m, r] trained (Hu et al. 2021).</summary>
public sealed record LoraConfig : LowRankConfig
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Method => "lora";

    /// <summary>How s follows from alpha and rank.</summary>
    public LoraScaling Scaling { get; init; } = LoraScaling.AlphaOverRank;

    /// <inheritdoc/>
    [JsonIgnore]
    public override double Scale => Scaling switch
    {
        LoraScaling.AlphaOverSqrtRank => Alpha / Math.Sqrt(Rank),
        LoraScaling.Alpha => Alpha,
        _ => Alpha / Rank,
    };

    /// <inheritdoc/>
    public override long ParameterCount(long outFeatures, long inFeatures) => Rank * (outFeatures + inFeatures);

    /// <inheritdoc/>
    public override Adapter Create(AdapterSite site) => new LoraAdapter(this, site);
}
