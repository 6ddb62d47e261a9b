using System.Text.Json;
using SpectralExperiments.Tests;

namespace Tasks.Tests;

/// <summary>Golden files of tests/fixtures.</summary>
internal static class Fixtures
{
    public static JsonElement Json(params ReadOnlySpan<string> parts) =>
        JsonDocument.Parse(File.ReadAllText(RepositoryPaths.Fixture(parts))).RootElement;

    public static int[] Ints(this JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetInt32())];

    public static double[] Doubles(this JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetDouble())];
}
