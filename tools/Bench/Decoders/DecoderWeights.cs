using ModelZoo.Decoder;
using TorchSharp;
using static TorchSharp.torch;

namespace Bench.Decoders;

/// <summary>Where the weights of the decoder benchmark come from.</summary>
internal static class DecoderWeights
{
    /// <summary>The variable that names a folder with pretrained models.</summary>
    public const string Variable = "SPECTRAL_WEIGHTS";

    private const string Folder = "smollm2-135m-instruct";

    /// <summary>SmolLM2's GGUF file, or null where there is none.</summary>
    public static string? Find()
    {
        var folder = Path.Combine(Environment.GetEnvironmentVariable(Variable) ?? "", Folder);
        return Directory.Exists(folder) && Directory.GetFiles(folder, "*.gguf") is [var gguf, ..] ? gguf : null;
    }

    /// <summary>SmolLM2 as a GGUF file of unquantised weights, written beside this program if it is not there yet.</summary>
    /// <param name="source">The quantised file.</param>
    /// <param name="type">float32 or bfloat16.</param>
    public static string Copy(string source, ScalarType type)
    {
        var path = Path.Combine(
            AppContext.BaseDirectory, "cache", $"{Path.GetFileNameWithoutExtension(source)}-{type.ToString().ToLowerInvariant()}.gguf");
        if (!File.Exists(path) || File.GetLastWriteTimeUtc(path) < File.GetLastWriteTimeUtc(source))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            GgufCopy.Write(source, path, type);
        }

        return path;
    }

    /// <summary>A decoder with random weights of an element type, its hidden states in the type that suits this processor.</summary>
    public static DecoderForCausalLm Random(DecoderConfig config, ScalarType type, Generator generator)
    {
        if (type == ScalarType.Float32)
        {
            return new DecoderForCausalLm(config, generator);
        }

        var folder = Directory.CreateTempSubdirectory("bench");
        try
        {
            using (var model = new DecoderForCausalLm(config, generator))
            {
                model.Save(folder.FullName, type);
            }

            return DecoderForCausalLm.Load(folder.FullName, type, Bfloat16Products.HiddenType(CPU));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
