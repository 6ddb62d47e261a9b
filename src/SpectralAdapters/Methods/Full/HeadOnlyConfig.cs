using System.Text.Json.Serialization;
using SpectralAdapters.Attachment;

namespace SpectralAdapters;

/// <summary>
/// No adapter: of the model, only the modules to save (the head) are trained, all else stays frozen. What a method gains over it is due
/// to its adapters.
/// </summary>
public sealed record HeadOnlyConfig : AdapterConfig
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Method => "head-only";

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool TrainsBase => true;

    /// <inheritdoc/>
    public override void Validate()
    {
        if (TargetModules is not null || ExcludeModules is not null || LayersToTransform is not null || ParameterType is not null)
        {
            throw new ArgumentException(
                "head-only: target modules, excluded modules, layers to transform and parameter type have no effect; no layer is adapted.");
        }

        if (ModulesToSave.Count == 0)
        {
            throw new ArgumentException("head-only: found no modules to save, expected the modules that are trained.");
        }
    }

    /// <inheritdoc/>
    public override void Validate(string layer, long outFeatures, long inFeatures)
    {
    }

    /// <inheritdoc/>
    public override long ParameterCount(long outFeatures, long inFeatures) => 0;

    /// <inheritdoc/>
    public override Adapter Create(AdapterSite site) =>
        throw new InvalidOperationException("head-only: modules of the base model are trained; there is no adapter to create.");
}
