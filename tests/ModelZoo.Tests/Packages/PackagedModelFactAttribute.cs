using ModelZoo.Packages;

namespace SpectralExperiments.Tests;

/// <summary>
/// A test that needs all-MiniLM-L6-v2 from its NuGet package, and maybe real data; skipped, with the reason, without them.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PackagedModelFactAttribute : FactAttribute
{
    /// <param name="data">Paths, separated by '/', below the folder that SPECTRAL_DATA names.</param>
    public PackagedModelFactAttribute(params string[] data)
    {
        var missing = data.Where(path => RepositoryPaths.RealData(path.Split('/')) is null).ToList();
        Skip = missing.Count > 0
            ? $"needs {string.Join(", ", missing)} in the folder named by SPECTRAL_DATA"
            : PackagedModels.Problem(PackagedModel.MiniLm);
    }

    /// <summary>Whether the test needs snowflake-arctic-embed-xs too.</summary>
    public bool ArcticXs
    {
        get;
        set
        {
            field = value;
            Skip ??= value ? PackagedModels.Problem(PackagedModel.ArcticXs) : null;
        }
    }
}
