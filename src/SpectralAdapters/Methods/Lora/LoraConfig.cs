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

    /// <summary>Whether the second product has a trainable bias c of its own: s (B A x + c) (PEFT's lora_bias).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Bias { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override double Scale => ScaleBy(Scaling);

    /// <inheritdoc/>
    public override long ParameterCount(long outFeatures, long inFeatures) =>
        (Rank * (outFeatures + inFeatures)) + (Bias ? outFeatures : 0);

    /// <inheritdoc/>
    public override Adapter Create(AdapterSite site) => new LoraAdapter(this, site);
}
