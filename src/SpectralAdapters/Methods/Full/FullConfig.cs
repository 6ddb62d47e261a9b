using System.Text.Json.Serialization;
using SpectralAdapters.Attachment;

namespace SpectralAdapters;

/// <summary>Full fine-tuning: every parameter of the model is trained and nothing is added to it.</summary>
public sealed record FullConfig : AdapterConfig
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Method => "full";

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool TrainsBase => true;

    /// <inheritdoc/>
    public override void Validate()
    {
        if (TargetModules is not null || ExcludeModules is not null || LayersToTransform is not null || ModulesToSave.Count > 0
            || ParameterType is not null)
        {
            throw new ArgumentException(
                "full: target modules, excluded modules, layers to transform, modules to save and parameter type have no effect; "
                + "every parameter is trained as it is.");
        }
    }

    /// <inheritdoc/>
    public override void Validate(string layer, long outFeatures, long inFeatures)
    {
    }

    /// <inheritdoc/>
    public override long ParameterCount(long outFeatures, long inFeatures) => outFeatures * inFeatures;

    /// <inheritdoc/>
    public override Adapter Create(AdapterSite site) =>
        throw new InvalidOperationException("full: the base model is trained; there is no adapter to create.");
}
