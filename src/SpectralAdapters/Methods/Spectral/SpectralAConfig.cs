using System.Text.Json.Serialization;
using SpectralAdapters.Attachment;
using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>
/// Spectral Adapter A, additive (paper section 2): W' = (U_J + A) diag(S_J + C) (V_J + B)^T + the other columns, with A [m, r],
/// B [n, r] and, in the diffusion form, C [r] trained from zero. There is no scale and no dropout, as in the official code.
/// </summary>
public sealed record SpectralAConfig : AdapterConfig
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Method => "spectral-a";

    /// <summary>The tuned columns of the singular factors; their number is the rank.</summary>
    public ColumnSelection Columns { get; init; } = ColumnSelection.Top(8);

    /// <summary>Whether the singular values are tuned too: false in the language-model code, true in the diffusion code.</summary>
    public bool TrainSingularValues { get; init; }

    /// <summary>How the adapter is evaluated.</summary>
    public SpectralForm Form { get; init; } = SpectralForm.Delta;

    /// <summary>
    /// The element type to which the residual is rounded; null for the weight's own. The official code for DeBERTa rounds it to
    /// bfloat16 in an otherwise float32 model.
    /// </summary>
    public ScalarType? ResidualType { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        if (ResidualType is not null && Form != SpectralForm.Residual)
        {
            throw new ArgumentException("spectral-a: residual type has no effect in the delta form.");
        }
    }

    /// <inheritdoc/>
    public override void Validate(string layer, long outFeatures, long inFeatures) =>
        RequireColumns(Columns, layer, outFeatures, inFeatures);

    /// <inheritdoc/>
    public override long ParameterCount(long outFeatures, long inFeatures) =>
        Columns.Count * (outFeatures + inFeatures + (TrainSingularValues ? 1 : 0));

    /// <inheritdoc/>
    public override Adapter Create(AdapterSite site) => new SpectralAAdapter(this, site);
}
