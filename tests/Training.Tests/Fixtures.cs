using System.Text.Json;
using SpectralAdapters.Files;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace Training.Tests;

/// <summary>Golden files of tests/fixtures.</summary>
internal static class Fixtures
{
    public static JsonElement Json(params ReadOnlySpan<string> parts) =>
        JsonDocument.Parse(File.ReadAllText(RepositoryPaths.Fixture(parts))).RootElement;

    public static Dictionary<string, Tensor> Tensors(params ReadOnlySpan<string> parts) =>
        SafetensorsFile.ReadAll(RepositoryPaths.Fixture(parts));

    public static int[] Ints(this JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetInt32())];

    public static double[] Doubles(this JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetDouble())];

    public static double LargestDifference(Tensor found, Tensor expected) =>
        found.to_type(ScalarType.Float64).sub(expected.to_type(ScalarType.Float64)).abs().max().item<double>();
}
