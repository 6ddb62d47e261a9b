using System.Text.Json.Serialization;
using SpectralAdapters.Attachment;

namespace SpectralAdapters;

/// <summary>
/// AdaLoRA: W' = W + alpha / (r + 1e-5) B diag(E) A, with a penalty that keeps A and B near orthonormal and, if wanted, an
/// allocator that distributes a shrinking budget of triplets over all layers (Zhang et al. 2023; PEFT, tuners/adalora).
/// </summary>
public sealed record AdaLoraConfig : LowRankConfig
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Method => "adalora";

    /// <summary>gamma, the factor of the orthogonality penalty in the training loss (PEFT's orth_reg_weight).</summary>
    public double OrthogonalRegularization { get; init; } = 0.5;

    /// <summary>The allocator's schedule; null trains at the full rank to the end, as the authors' script does.</summary>
    public RankAllocation? Allocation { get; init; }

    /// <summary>The rank that the scale is computed with, where layers were pruned after training; null for the layer's own.</summary>
    public long? ScaleRank { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override double Scale => Alpha / ((ScaleRank ?? Rank) + 1e-5);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Allocation?.Validate(Rank);
        if (ScaleRank < 1)
        {
            throw new ArgumentException($"adalora: scale rank is {ScaleRank}; at least 1 is needed.");
        }

        if (!(OrthogonalRegularization >= 0 && double.IsFinite(OrthogonalRegularization)))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"adalora: orthogonal regularization is {OrthogonalRegularization}; at least 0 is needed."));
        }
    }

    /// <summary>Of a layer that was pruned after training nothing may be left.</summary>
    private protected override long SmallestRankOfLayer => ScaleRank is null ? 1 : 0;

    /// <inheritdoc/>
    public override AdapterConfig ForLayer(string layer) =>
        (AdaLoraConfig)base.ForLayer(layer) with { ScaleRank = ScaleRank ?? Rank, Allocation = null };

    /// <inheritdoc/>
    public override long ParameterCount(long outFeatures, long inFeatures) => Rank * (outFeatures + inFeatures + 1);

    /// <inheritdoc/>
    public override Adapter Create(AdapterSite site) => new AdaLoraAdapter(this, site);
}
