using System.Security.Cryptography;
using System.Text;
using SpectralAdapters.Attachment;
using static TorchSharp.torch;

namespace SpectralAdapters.Files;

/// <summary>Fingerprints of weights: SHA-256 over element type, shape and bytes.</summary>
internal static class WeightHash
{
    /// <summary>The fingerprint of the base weights of named layers, in lower-case hexadecimal.</summary>
    public static string Of(IEnumerable<TargetLayer> layers)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var layer in layers.OrderBy(layer => layer.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{layer.Name}|{Of(layer.Weight)}|"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The fingerprint of one weight, in lower-case hexadecimal.</summary>
    public static string Of(Tensor weight)
    {
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var plain = weight.detach().cpu().contiguous(); // [m, n]
        hash.AppendData(Encoding.UTF8.GetBytes($"{plain.dtype}|{string.Join(',', plain.shape)}|"));
        TensorBytes.ForEachBlock(plain, (block, _) => hash.AppendData(block));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
