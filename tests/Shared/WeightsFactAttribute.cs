namespace SpectralExperiments.Tests;

/// <summary>A test that needs a pretrained model; skipped, with the reason, on machines without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class WeightsFactAttribute : FactAttribute
{
    /// <param name="parts">The path of the file or folder below the folder that SPECTRAL_WEIGHTS names.</param>
    public WeightsFactAttribute(params string[] parts)
    {
        if (RepositoryPaths.Weights(parts) is null)
        {
            Skip = $"needs {Path.Combine(parts)} in the folder named by SPECTRAL_WEIGHTS";
        }
    }
}
