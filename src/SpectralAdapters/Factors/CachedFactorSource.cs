using System.Security.Cryptography;
using System.Text;
using SpectralAdapters.Files;
using static TorchSharp.torch;

namespace SpectralAdapters.Factors;

/// <summary>
/// Keeps singular factors in a folder: one file for every weight (its element type, shape and bytes), column choice and
/// recipe. Files appear whole and are checked when read, so that several processes may share the folder; a file that does not
/// hold the expected content is recomputed and replaced.
/// </summary>
public sealed class CachedFactorSource : ISingularFactorSource
{
    private readonly string _folder;
    private readonly IReproducibleFactorSource _source;
    private readonly Action<string> _warn;

    /// <summary>Creates a cache; nothing is read or written yet.</summary>
    /// <param name="folder">Created when the first factors are kept.</param>
    /// <param name="source">Computes what the folder lacks.</param>
    /// <param name="warn">
    /// Called with a message for every file that was dropped or could not be written; the factors returned are right in any
    /// case.
    /// </param>
    public CachedFactorSource(string folder, IReproducibleFactorSource source, Action<string> warn)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = folder;
        _source = source;
        _warn = warn;
    }

    /// <inheritdoc/>
    public SingularFactors Get(string layer, Tensor weight, ColumnSelection columns)
    {
        var key = $"{WeightHash.Of(weight)}|{columns}|{_source.Recipe}";
        var path = Path.Combine(_folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))) + ".safetensors");
        if (Read(path, key, layer, weight, columns) is { } kept)
        {
            return kept;
        }

        var factors = _source.Get(layer, weight, columns);
        try
        {
            FactorFile.Write(path, key, factors);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _warn($"{path}: the singular factors of {layer} are not kept: {exception.Message}");
        }

        return factors;
    }

    private SingularFactors? Read(string path, string key, string layer, Tensor weight, ColumnSelection columns)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return FactorFile.Read(path, key, weight, columns.Count);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            _warn($"{path}: dropped, the singular factors of {layer} are recomputed: {exception.Message}");
            return null;
        }
    }
}
