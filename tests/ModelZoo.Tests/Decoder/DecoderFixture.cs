using System.Text.Json;
using ModelZoo.Decoder;
using SpectralAdapters.Files;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Decoder;

/// <summary>The small models of tests/fixtures/llama and tests/fixtures/mistral.</summary>
internal sealed class DecoderFixture
{
    private readonly string _folder;

    /// <param name="name">Family and model, as in "llama/tied".</param>
    public DecoderFixture(string name) => _folder = RepositoryPaths.Fixture(name.Split('/'));

    /// <summary>Inputs and outputs by name.</summary>
    public Dictionary<string, Tensor> Golden() => SafetensorsFile.ReadAll(Path.Combine(_folder, "io.safetensors"));

    /// <summary>generation.json.</summary>
    public JsonElement Generation() => JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "generation.json"))).RootElement;

    public DecoderForCausalLm Load(ScalarType type = ScalarType.Float32) => DecoderForCausalLm.Load(_folder, type);

    public static int[][] Rows(JsonElement rows) =>
        [.. rows.EnumerateArray().Select(row => row.EnumerateArray().Select(id => id.GetInt32()).ToArray())];
}
