using System.Text.Json;
using SpectralAdapters.Files;
using static TorchSharp.torch;

namespace ModelZoo.Checkpoints;

/// <summary>
/// Safetensors files that hold one model between them, with the index that says which file has which tensor
/// (model.safetensors.index.json). A shard is opened and checked against the index where one of its tensors is first asked for.
/// </summary>
public sealed class ShardedSafetensorsFile : ITensorFile
{
    private readonly string _folder;
    private readonly OrderedDictionary<string, string> _shardOf;
    private readonly double? _totalSize;
    private readonly Dictionary<string, SafetensorsFile> _open = [];

    private ShardedSafetensorsFile(string path, OrderedDictionary<string, string> shardOf, double? totalSize)
    {
        Path = path;
        _folder = System.IO.Path.GetDirectoryName(path) ?? "";
        (_shardOf, _totalSize) = (shardOf, totalSize);
        Shards = [.. shardOf.Values.Distinct().Order(StringComparer.Ordinal).Select(ShardPath)];
    }

    /// <summary>The path of the index.</summary>
    public string Path { get; }

    /// <summary>The names of the tensors, in the order of the index.</summary>
    public IReadOnlyList<string> Names => _shardOf.Keys;

    /// <summary>The paths of the shards.</summary>
    public IReadOnlyList<string> Shards { get; }

    /// <summary>Opens an index; no shard is opened yet.</summary>
    /// <exception cref="FileNotFoundException">There is no such index, or a shard that it names is missing.</exception>
    /// <exception cref="InvalidDataException">The index is damaged.</exception>
    public static ShardedSafetensorsFile Open(string path)
    {
        using var json = ConfigJson.Open(path);
        var file = new ShardedSafetensorsFile(path, WeightMap(json), TotalSize(json));
        return file.Shards.FirstOrDefault(shard => !File.Exists(shard)) is { } missing
            ? throw new FileNotFoundException(
                $"{path}: found no {System.IO.Path.GetFileName(missing)} beside it, expected {file.Shards.Count} shards.", missing)
            : file;
    }

    /// <inheritdoc/>
    public bool Contains(string name) => _shardOf.ContainsKey(name);

    /// <inheritdoc/>
    public IReadOnlyList<long> Shape(string name) => ShardOf(name).Shape(name);

    /// <inheritdoc/>
    public ScalarType Dtype(string name) => ShardOf(name).Dtype(name);

    /// <inheritdoc/>
    public Tensor Read(string name, Device? device = null) => ShardOf(name).Read(name, device);

    /// <summary>Closes the shards; tensors read from them stay valid.</summary>
    public void Dispose()
    {
        foreach (var shard in _open.Values)
        {
            shard.Dispose();
        }
    }

    private static OrderedDictionary<string, string> WeightMap(ConfigJson json)
    {
        const string key = "weight_map";
        const string expected = "an object that names the file of each tensor";
        if (json.Find(key) is not { ValueKind: JsonValueKind.Object } map)
        {
            throw json.Unexpected(key, expected);
        }

        var shardOf = new OrderedDictionary<string, string>();
        foreach (var item in map.EnumerateObject())
        {
            if (item.Value.ValueKind != JsonValueKind.String || !IsFileName(item.Value.GetString()!))
            {
                throw new InvalidDataException(
                    $"{json.Path}: key '{key}': '{item.Name}': found {item.Value.GetRawText()}, expected the name of a file beside the "
                        + "index.");
            }

            shardOf.Add(item.Name, item.Value.GetString()!);
        }

        return shardOf.Count > 0 ? shardOf : throw json.Unexpected(key, expected);
    }

    // Some writers count in floating point.
    private static double? TotalSize(ConfigJson json)
    {
        const string key = "metadata";
        if (json.Find(key) is not { } metadata)
        {
            return null;
        }

        if (metadata.ValueKind != JsonValueKind.Object)
        {
            throw json.Unexpected(key, "an object");
        }

        return !metadata.TryGetProperty("total_size", out var size) ? null
            : size.ValueKind == JsonValueKind.Number && size.TryGetDouble(out var bytes) ? bytes
            : throw json.Unexpected(key, "total_size to be a number of bytes");
    }

    // A path could lead anywhere.
    private static bool IsFileName(string name) => name is not ("" or "." or "..") && name.IndexOfAny(['/', '\\', '\0']) < 0;

    private string ShardPath(string shard) => System.IO.Path.Combine(_folder, shard);

    private SafetensorsFile ShardOf(string name)
    {
        if (!_shardOf.TryGetValue(name, out var shard))
        {
            throw new KeyNotFoundException(
                $"{Path}: tensor '{name}': not found among {Names.Count} tensors (the first: {string.Join(", ", Names.Take(3))}).");
        }

        if (_open.TryGetValue(shard, out var open))
        {
            return open;
        }

        var file = SafetensorsFile.Open(ShardPath(shard));
        try
        {
            Check(shard, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        return _open[shard] = file;
    }

    private void Check(string shard, SafetensorsFile file)
    {
        if (_shardOf.FirstOrDefault(pair => pair.Value == shard && !file.Contains(pair.Key)) is { Key: { } lacking })
        {
            throw new InvalidDataException(
                $"{Path}: tensor '{lacking}': found no such tensor in {file.Path}, expected it there (its {file.Names.Count} tensors "
                    + $"begin with {string.Join(", ", file.Names.Take(3))}).");
        }

        if (file.Names.FirstOrDefault(name => _shardOf.GetValueOrDefault(name) != shard) is { } foreign)
        {
            throw new InvalidDataException(_shardOf.TryGetValue(foreign, out var other)
                ? $"{file.Path}: tensor '{foreign}': found in two shards, expected in {other} alone, as {Path} says."
                : $"{file.Path}: tensor '{foreign}': found a tensor that {Path} does not list, expected a shard of its model.");
        }

        // The whole is known once the last shard is open.
        var size = file.DataLength + _open.Values.Sum(shard => shard.DataLength);
        if (_open.Count + 1 == Shards.Count && _totalSize is { } expected && size != expected)
        {
            throw new InvalidDataException(
                FormattableString.Invariant($"{Path}: key 'total_size': found {expected}, expected {size}, the bytes of all tensors."));
        }
    }
}
