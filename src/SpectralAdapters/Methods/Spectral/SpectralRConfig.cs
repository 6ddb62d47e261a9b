using System.Text.Json.Serialization;
using SpectralAdapters.Attachment;
using SpectralAdapters.Functions;

namespace SpectralAdapters;

/// <summary>
/// Spectral Adapter R, rotational (paper section 2): U_J Q(A) diag(S_J C) Q(B)^T V_J^T in place of U_J diag(S_J) V_J^T, with two
/// r x r Cayley rotations and, unless fixed, one factor per singular value.
/// </summary>
public sealed record SpectralRConfig : AdapterConfig
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Method => "spectral-r";

    /// <summary>The rotated columns of the singular factors; their number is the rank.</summary>
    public ColumnSelection Columns { get; init; } = ColumnSelection.Top(8);

    /// <summary>What happens to the singular values.</summary>
    public SingularScale Scale { get; init; } = SingularScale.OnePlus;

    /// <inheritdoc/>
    public override void Validate(string layer, long outFeatures, long inFeatures) =>
        RequireColumns(Columns, layer, outFeatures, inFeatures);

    /// <inheritdoc/>
    public override long ParameterCount(long outFeatures, long inFeatures) =>
        Columns.Count * ((2 * Columns.Count) + (Scale == SingularScale.Fixed ? 0 : 1));

    /// <inheritdoc/>
    public override Adapter Create(AdapterSite site) => new SpectralRAdapter(this, site);
}
