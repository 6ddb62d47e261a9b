using System.Security.Cryptography;
using ModelZoo.Checkpoints;
using ModelZoo.Decoder;
using SpectralAdapters.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Gguf;

/// <summary>The GGUF of a published model.</summary>
public sealed class SmolLm2GgufTests
{
    private const string Folder = "smollm2-135m-instruct";
    private const string FileName = "SmolLM2-135M-Instruct.Q4_1.gguf";

    private static string ModelPath => RepositoryPaths.Weights(Folder, FileName)!;

    [WeightsFact(Folder, FileName)]
    public void Dequantised_and_rounded_to_bfloat16_the_weights_are_those_of_transformers()
    {
        using var scope = torch.NewDisposeScope();
        using var file = GgufFile.Open(ModelPath);
        var tensors = file.Names.ToDictionary(name => name, name => file.Read(name).to_type(ScalarType.BFloat16));
        using var hash = SHA256.Create();
        using (var hashing = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
        {
            SafetensorsWriter.Content("weights", tensors, new Dictionary<string, string> { ["format"] = "pt" })(hashing);
        }

        // The digest of the safetensors file that transformers' weights make, rounded to bfloat16.
        Assert.Equal("7ef915c9bf9d94d8d70211970476878352a5b95855c589ae987916d7a455242b", Convert.ToHexStringLower(hash.Hash!));
    }

    [WeightsFact(Folder, FileName)]
    public void The_metadata_are_the_published_configuration()
    {
        using var file = GgufFile.Open(ModelPath);

        Assert.Equal(DecoderConfig.SmolLm2_135M, file.Config with { InitializerRange = DecoderConfig.SmolLm2_135M.InitializerRange });
        Assert.Empty(ModelCheckpoint.Check(file, DecoderShapes.Of(file.Config), isIgnored: _ => false, optional: []));
    }

    [WeightsFact(Folder, "config.json")]
    public void The_preset_is_the_published_configuration() =>
        Assert.Equal(DecoderConfig.SmolLm2_135M, DecoderConfigJson.Read(RepositoryPaths.Weights(Folder, "config.json")!));
}
