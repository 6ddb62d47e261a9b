namespace SpectralExperiments.Tests;

/// <summary>A test that needs a real data file; skipped, with the reason, on machines without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RealDataFactAttribute : FactAttribute
{
    /// <param name="parts">The file's path below the folder that SPECTRAL_DATA names.</param>
    public RealDataFactAttribute(params string[] parts)
    {
        if (RepositoryPaths.RealData(parts) is null)
        {
            Skip = $"needs {Path.Combine(parts)} in the folder named by SPECTRAL_DATA";
        }
    }
}
