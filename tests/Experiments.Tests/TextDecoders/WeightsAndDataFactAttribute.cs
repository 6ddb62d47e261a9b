namespace SpectralExperiments.Tests.TextDecoders;

/// <summary>A test that needs a pretrained model and a real data file; skipped, with the reason, on machines without them.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class WeightsAndDataFactAttribute : FactAttribute
{
    /// <param name="model">The model's folder below the one that SPECTRAL_WEIGHTS names.</param>
    /// <param name="data">The file's path below the folder that SPECTRAL_DATA names.</param>
    public WeightsAndDataFactAttribute(string model, params string[] data) =>
        Skip = new WeightsFactAttribute(model).Skip ?? new RealDataFactAttribute(data).Skip;
}
