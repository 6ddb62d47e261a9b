using System.Text.Json;
using ModelZoo.Decoder;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Decoder;

/// <summary>The files of tests/fixtures/smollm2 and the model that they were made with.</summary>
internal static class SmolLm2Fixture
{
    /// <summary>The model's folder below the one that SPECTRAL_WEIGHTS names.</summary>
    public const string Folder = "smollm2-135m-instruct";

    public static JsonElement Json(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(RepositoryPaths.Fixture("smollm2", name)));
        return document.RootElement.Clone();
    }

    public static int[] Integers(JsonElement values) => [.. values.EnumerateArray().Select(value => value.GetInt32())];

    public static double[] Doubles(JsonElement values) => [.. values.EnumerateArray().Select(value => value.GetDouble())];

    /// <summary>The model in float32, its weights rounded to bfloat16 as in the file that the fixtures were made with.</summary>
    public static DecoderForCausalLm Load()
    {
        var model = DecoderForCausalLm.Load(RepositoryPaths.Weights(Folder)!, ScalarType.BFloat16);
        model.to(ScalarType.Float32);
        return model;
    }
}
