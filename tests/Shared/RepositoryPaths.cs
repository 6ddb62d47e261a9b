using System.Runtime.CompilerServices;

namespace SpectralExperiments.Tests;

/// <summary>Where the tests find the repository, its fixtures and, if the machine has them, real data.</summary>
internal static class RepositoryPaths
{
    /// <summary>The folder of SpectralExperiments.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The path of a file or folder under tests/fixtures.</summary>
    public static string Fixture(params ReadOnlySpan<string> parts) =>
        Path.Combine([Root, "tests", "fixtures", .. parts]);

    /// <summary>
    /// The path of a real data file or tokenizer under the folder that SPECTRAL_DATA names, or null when this machine
    /// has none: tests that need it are skipped then.
    /// </summary>
    public static string? RealData(params ReadOnlySpan<string> parts) => Find("SPECTRAL_DATA", parts);

    /// <summary>
    /// The path of a pretrained model's file or folder under the folder that SPECTRAL_WEIGHTS names, or null when this machine has none:
    /// tests that need it are skipped then.
    /// </summary>
    public static string? Weights(params ReadOnlySpan<string> parts) => Find("SPECTRAL_WEIGHTS", parts);

    private static string? Find(string variable, ReadOnlySpan<string> parts)
    {
        var folder = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(folder))
        {
            return null;
        }

        var path = Path.Combine([folder, .. parts]);
        return Path.Exists(path) ? path : null;
    }

    private static string FindRoot([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));
}
