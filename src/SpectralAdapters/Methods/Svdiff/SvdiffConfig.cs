using System.Text.Json.Serialization;
using SpectralAdapters.Attachment;

namespace SpectralAdapters;

/// <summary>SVDiff: W' = U diag(relu(S + delta)) V^T with only the shifts of all singular values trained (Han et al. 2023).</summary>
public sealed record SvdiffConfig : AdapterConfig
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Method => "svdiff";

    /// <inheritdoc/>
    public override void Validate(string layer, long outFeatures, long inFeatures)
    {
    }

    /// <inheritdoc/>
    public override long ParameterCount(long outFeatures, long inFeatures) => Math.Min(outFeatures, inFeatures);

    /// <inheritdoc/>
    public override Adapter Create(AdapterSite site) => new SvdiffAdapter(this, site);
}
