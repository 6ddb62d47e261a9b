using System.Text.Json;
using SpectralAdapters.Files;
using static TorchSharp.torch;

namespace SpectralAdapters.Factors;

/// <summary>Singular factors in a safetensors file, with the key that they were computed for and a checksum of their values.</summary>
internal static class FactorFile
{
    private const string KeyName = "key";
    private const string OriginName = "origin";
    private const string ChecksumName = "checksum";

    /// <summary>Writes the file atomically.</summary>
    public static void Write(string path, string key, SingularFactors factors)
    {
        var tensors = new Dictionary<string, Tensor> { ["U"] = factors.U, ["S"] = factors.S, ["V"] = factors.V };
        SafetensorsWriter.Write(path, tensors, new Dictionary<string, string>
        {
            [KeyName] = key,
            [OriginName] = JsonSerializer.Serialize(factors.Origin),
            [ChecksumName] = Checksum(factors.U, factors.S, factors.V),
        });
    }

    /// <summary>Reads factors onto the device of the weight.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or holds no factors, or those of something else.</exception>
    public static SingularFactors Read(string path, string key, Tensor weight, long rank)
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(path);
        var found = file.Metadata.GetValueOrDefault(KeyName);
        if (found != key)
        {
            throw new InvalidDataException($"found the factors of '{found}', expected those of '{key}'.");
        }

        RequireShape(file, "U", [weight.shape[0], rank]);
        RequireShape(file, "S", [rank]);
        RequireShape(file, "V", [weight.shape[1], rank]);
        var (u, s, v) = (file.Read("U"), file.Read("S"), file.Read("V")); // [m, r], [r], [n, r]
        if (Checksum(u, s, v) != file.Metadata.GetValueOrDefault(ChecksumName))
        {
            throw new InvalidDataException("the values do not match the checksum.");
        }

        try
        {
            FactorCheck.Require(weight, u, s, v);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"the factors are {exception.Message}", exception);
        }

        return new SingularFactors(Onto(u, weight), Onto(s, weight), Onto(v, weight), Origin(file));
    }

    private static FactorOrigin Origin(SafetensorsFile file)
    {
        try
        {
            return JsonSerializer.Deserialize<FactorOrigin>(file.Metadata.GetValueOrDefault(OriginName, "null"))
                ?? throw new InvalidDataException("the origin of the factors is missing.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"the origin of the factors cannot be read: {exception.Message}", exception);
        }
    }

    private static void RequireShape(SafetensorsFile file, string name, long[] expected)
    {
        if (!file.Contains(name) || !file.Shape(name).SequenceEqual(expected))
        {
            var found = file.Contains(name) ? $"[{string.Join(", ", file.Shape(name))}]" : "none";
            throw new InvalidDataException($"tensor '{name}': found {found}, expected [{string.Join(", ", expected)}].");
        }
    }

    private static string Checksum(Tensor u, Tensor s, Tensor v) =>
        $"{WeightHash.Of(u)} {WeightHash.Of(s)} {WeightHash.Of(v)}";

    private static Tensor Onto(Tensor value, Tensor weight) => value.to(weight.device).MoveToOuterDisposeScope();
}
