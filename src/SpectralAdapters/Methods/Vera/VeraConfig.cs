using System.Text.Json.Serialization;
using SpectralAdapters.Attachment;

namespace SpectralAdapters;

/// <summary>VeRA: W' = W + diag(b) B diag(d) A with A and B random and frozen, b and d trained (Kopiczko et al. 2024).</summary>
public sealed record VeraConfig : AdapterConfig
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Method => "vera";

    /// <summary>r. It may exceed the layer's sides: nothing of size r is trained but d.</summary>
    public long Rank { get; init; } = 256;

    /// <summary>
    /// Whether all layers share one pair of projections, cut to their sizes (the VeRA paper, PEFT), or each has its own (the official
    /// diffusion code).
    /// </summary>
    public bool SharedProjections { get; init; } = true;

    /// <summary>The seed of the shared projections (PEFT's projection_prng_key).</summary>
    public ulong ProjectionSeed { get; init; }

    /// <summary>
    /// Whether PEFT files hold the shared projections (PEFT's save_projection); without them a reader draws them from the seed. Our own
    /// files always hold them.
    /// </summary>
    public bool SaveProjections { get; init; } = true;

    /// <summary>The start of d; null for the convention's own: 0.1 with shared projections, else 1.</summary>
    public double? InitialD { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        RequireRank(Rank);
        if (InitialD is { } start && !float.IsFinite((float)start))
        {
            throw new ArgumentException(FormattableString.Invariant($"vera: initial d is {start}; a finite float32 number is needed."));
        }

        if (!SharedProjections && ProjectionSeed != 0)
        {
            throw new ArgumentException("vera: the projection seed has no effect when layers do not share projections.");
        }

        if (!SharedProjections && !SaveProjections)
        {
            throw new ArgumentException("vera: save projections has no effect when layers do not share projections.");
        }
    }

    /// <inheritdoc/>
    public override void Validate(string layer, long outFeatures, long inFeatures)
    {
    }

    /// <inheritdoc/>
    public override long ParameterCount(long outFeatures, long inFeatures) => Rank + outFeatures;

    /// <inheritdoc/>
    public override Adapter Create(AdapterSite site) => new VeraAdapter(this, site);
}
