using System.Security.Cryptography;
using System.Text;
using SpectralAdapters.Files;
using static TorchSharp.torch;

namespace Training;

/// <summary>The checksum of a training checkpoint: SHA-256 over its state and over name, type, shape and bytes of each tensor.</summary>
internal static class CheckpointChecksum
{
    /// <summary>The checksum in lower-case hexadecimal.</summary>
    /// <param name="state">The state as it stands in the header.</param>
    /// <param name="names">The tensors' names.</param>
    /// <param name="read">Gives a tensor by its name, in the caller's dispose scope.</param>
    public static string Of(string state, IEnumerable<string> names, Func<string, Tensor> read)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append($"{state.Length}|{state}");
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            // One tensor at a time: the checkpoint of a large model does not fit into memory twice.
            using var scope = NewDisposeScope();
            var tensor = read(name).detach().cpu().contiguous();
            Append($"{name.Length}|{name}|{tensor.dtype}|{string.Join(',', tensor.shape)}|");
            TensorBytes.ForEachBlock(tensor, (block, _) => hash.AppendData(block));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Append(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text));
    }
}
