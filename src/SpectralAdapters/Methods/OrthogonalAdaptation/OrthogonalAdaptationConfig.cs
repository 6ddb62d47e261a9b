using System.Text.Json.Serialization;
using SpectralAdapters.Attachment;

namespace SpectralAdapters;

/// <summary>
/// Orthogonal Adaptation: W' = W + U D with D frozen, r rows of an orthonormal matrix times 1/2, and U trained (Po et al. 2024).
/// Concepts with disjoint rows do not interfere when they are fused.
/// </summary>
public sealed record OrthogonalAdaptationConfig : AdapterConfig
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Method => "orthogonal-adaptation";

    /// <summary>r; 32 in the official code.</summary>
    public long Rank { get; init; } = 32;

    /// <summary>
    /// Which rows: the concept's own block of r rows, in an order drawn once for all concepts. The official code takes block 0 for
    /// every concept, so that there its concepts are not orthogonal.
    /// </summary>
    public long Concept { get; init; }

    /// <summary>The seed of the orthonormal matrix that all concepts share.</summary>
    public ulong BasisSeed { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        RequireRank(Rank);
        if (Concept < 0)
        {
            throw new ArgumentException($"{Method}: concept is {Concept}; at least 0 is needed.");
        }
    }

    /// <inheritdoc/>
    public override void Validate(string layer, long outFeatures, long inFeatures)
    {
        if ((Concept + 1) * Rank > inFeatures)
        {
            throw new ArgumentException(
                $"{Method}: concept {Concept} needs {(Concept + 1) * Rank} orthonormal rows; {layer} has {inFeatures} inputs.");
        }
    }

    /// <inheritdoc/>
    public override long ParameterCount(long outFeatures, long inFeatures) => Rank * outFeatures;

    /// <inheritdoc/>
    public override Adapter Create(AdapterSite site) => new OrthogonalAdaptationAdapter(this, site);
}
