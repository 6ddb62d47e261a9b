using System.Text.Json.Serialization;
using SpectralAdapters.Attachment;

namespace SpectralAdapters;

/// <summary>DoRA: W' has the rows of W + s B A, each rescaled to a trained magnitude (Liu et al. 2024; PEFT's use_dora).</summary>
public sealed record DoraConfig : LowRankConfig
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Method => "dora";

    /// <summary>How s follows from alpha and rank.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public LoraScaling Scaling { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override double Scale => ScaleBy(Scaling);

    /// <inheritdoc/>
    public override long ParameterCount(long outFeatures, long inFeatures) => (Rank * (outFeatures + inFeatures)) + outFeatures;

    /// <inheritdoc/>
    public override Adapter Create(AdapterSite site) => new DoraAdapter(this, site);
}
