using System.Globalization;
using System.Text;
using SpectralAdapters.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelZoo.Checkpoints;

/// <summary>
/// Model folders in Hugging Face's layout: config.json beside model.safetensors (in one file or in shards with their index),
/// pytorch_model.bin or model.onnx.
/// </summary>
public static class ModelCheckpoint
{
    /// <summary>The file with the model's sizes.</summary>
    public const string ConfigFileName = "config.json";

    /// <summary>The file with the weights that is written, and read first.</summary>
    public const string SafetensorsFileName = "model.safetensors";

    /// <summary>The index of weights in several safetensors files, read where there is no single one.</summary>
    public const string IndexFileName = "model.safetensors.index.json";

    /// <summary>The older form of the file with the weights.</summary>
    public const string TorchFileName = "pytorch_model.bin";

    /// <summary>A graph with the weights, read where the folder has none of the others.</summary>
    public const string OnnxFileName = "model.onnx";

    // Of each kind of problem, so that a renamed key shows both of its names.
    private const int MostListed = 2;

    // The first one that a folder has is read.
    private static readonly (string FileName, Func<string, ITensorFile> Open)[] Readers =
    [
        (SafetensorsFileName, SafetensorsFile.Open),
        (IndexFileName, ShardedSafetensorsFile.Open),
        (TorchFileName, TorchFile.Open),
        (OnnxFileName, OnnxFile.Open),
    ];

    // Other checkpoints in several files, of other programs, and of an adapter alone: not read, but named where they stand instead.
    private static readonly string[] OtherWeights =
        [".index.json", ".safetensors", ".bin", ".h5", ".msgpack", ".gguf", ".onnx", ".ckpt", ".pt", ".pth"];

    /// <summary>Opens the weights of a folder.</summary>
    /// <exception cref="FileNotFoundException">The folder has no file with weights.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static ITensorFile OpenWeights(string folder)
    {
        var reader = Array.Find(Readers, reader => File.Exists(Path.Combine(folder, reader.FileName)));
        if (reader.Open is not null)
        {
            return reader.Open(Path.Combine(folder, reader.FileName));
        }

        var others = Directory.Exists(folder)
            ? Directory.GetFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)
                .Where(name => OtherWeights.Any(ending => name.EndsWith(ending, StringComparison.Ordinal))).Take(MostListed + 1).ToList()
            : [];
        throw new FileNotFoundException(
            $"{folder}: found none of {string.Join(", ", Readers.Select(reader => reader.FileName))}"
                + $"{(others.Count > 0 ? $" but {string.Join(", ", others)}" : "")}, expected a model's weights in one of them.",
            Path.Combine(folder, SafetensorsFileName));
    }

    /// <summary>The files that hold the weights of a folder, an index and its shards included; empty where it has none.</summary>
    /// <exception cref="FileNotFoundException">A shard is missing.</exception>
    /// <exception cref="InvalidDataException">The index of the shards is damaged.</exception>
    public static IReadOnlyList<string> WeightFiles(string folder)
    {
        var path = Readers.Select(reader => Path.Combine(folder, reader.FileName)).FirstOrDefault(File.Exists);
        if (path is null || Path.GetFileName(path) != IndexFileName)
        {
            return path is null ? [] : [path];
        }

        using var file = ShardedSafetensorsFile.Open(path);
        return [path, .. file.Shards];
    }

    /// <summary>Compares names and shapes of a file with a model's, before anything is loaded.</summary>
    /// <param name="file">The weights.</param>
    /// <param name="expected">The model's names and shapes.</param>
    /// <param name="isIgnored">Whether the file may have a tensor of that name beside the model's.</param>
    /// <param name="optional">Prefixes of the model's names that the file may lack.</param>
    /// <returns>The names that the file lacks.</returns>
    /// <exception cref="InvalidDataException">
    /// Another key is missing or unexpected, a shape differs, or an element type is not floating point.
    /// </exception>
    public static IReadOnlySet<string> Check(
        ITensorFile file,
        IReadOnlyDictionary<string, long[]> expected,
        Func<string, bool> isIgnored,
        IReadOnlyList<string> optional)
    {
        var present = expected.Where(pair => file.Contains(pair.Key)).ToList();
        var wrong = present.Where(pair => !file.Shape(pair.Key).SequenceEqual(pair.Value))
            .Select(pair => $"key '{pair.Key}': found shape {Text(file.Shape(pair.Key))}, expected {Text(pair.Value)}")
            .Concat(present.Where(pair => !IsFloatingPoint(file.Dtype(pair.Key)))
                .Select(pair => $"key '{pair.Key}': found elements of type {file.Dtype(pair.Key)}, expected floating-point numbers"));

        // A module that the file may lack is there as a whole or not at all.
        var absent = optional.Where(prefix => !present.Any(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))).ToList();
        var missing = expected.Keys.Where(name => !file.Contains(name)).ToHashSet();
        var lacking = missing.Where(name => !StartsWithAny(name, absent))
            .Select(name => $"key '{name}': found {Instead(file, name)}, expected shape {Text(expected[name])}");
        var unexpected = file.Names.Where(name => !expected.ContainsKey(name) && !isIgnored(name))
            .Select(name => $"key '{name}': found shape {Text(file.Shape(name))}, expected no such key");
        var problems = new[] { wrong, lacking, unexpected }.SelectMany(Listed).ToList();
        return problems.Count == 0 ? missing : throw new InvalidDataException($"{file.Path}: {string.Join("; ", problems)}.");
    }

    /// <summary>Copies the tensors that file and model share into the model, converting to its element type and device.</summary>
    /// <param name="file">The weights, already checked.</param>
    /// <param name="parameters">The model's tensors by name.</param>
    /// <exception cref="InvalidDataException">A tensor cannot be read, or a value is not finite in the model's element type.</exception>
    public static void Copy(ITensorFile file, IReadOnlyDictionary<string, Tensor> parameters)
    {
        using var noGrad = torch.no_grad();
        foreach (var (name, parameter) in parameters.Where(pair => file.Contains(pair.Key)))
        {
            using var tensor = file.Read(name);
            parameter.copy_(tensor);
            RequireFinite(file, name, parameter);
        }
    }

    /// <summary>Writes a folder: both files, or on an error neither.</summary>
    /// <param name="folder">The folder; created if it does not exist.</param>
    /// <param name="parameters">The model's tensors by name.</param>
    /// <param name="config">The text of config.json.</param>
    /// <param name="dtype">The element type in the file; each tensor's own by default.</param>
    public static void Save(string folder, IReadOnlyDictionary<string, Tensor> parameters, string config, ScalarType? dtype = null)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var tensors = parameters.ToDictionary(pair => pair.Key, pair => dtype is null ? pair.Value : pair.Value.to_type(dtype.Value));
        var path = Path.Combine(folder, SafetensorsFileName);
        AtomicFiles.Write(
            (Path.Combine(folder, ConfigFileName), stream => stream.Write(Encoding.UTF8.GetBytes(config))),
            (path, SafetensorsWriter.Content(path, tensors, new Dictionary<string, string> { ["format"] = "pt" })));
    }

    /// <summary>Requires settings of a config.json to be a known model's.</summary>
    /// <param name="path">The file, for the message.</param>
    /// <param name="found">Keys and values of the file; null stands for none.</param>
    /// <param name="expected">The same keys with the model's values.</param>
    /// <param name="model">What has these values, for the message.</param>
    /// <exception cref="InvalidDataException">A value differs.</exception>
    internal static void RequireSettings(
        string path,
        IEnumerable<(string Key, double? Value)> found,
        IEnumerable<(string Key, double? Value)> expected,
        string model)
    {
        var differing = found.Zip(expected).Where(pair => pair.First.Value != pair.Second.Value).ToList();
        if (differing.Count > 0)
        {
            throw new InvalidDataException(
                $"{path}: found {string.Join(", ", differing.Select(pair => $"{pair.First.Key} {Text(pair.First.Value)}"))}, "
                    + $"expected {string.Join(", ", differing.Select(pair => Text(pair.Second.Value)))} of {model}.");
        }
    }

    private static string Instead(ITensorFile file, string name) =>
        file is TorchFile torchFile && torchFile.Unread.TryGetValue(name, out var what) ? what : "nothing";

    private static void RequireFinite(ITensorFile file, string name, Tensor parameter)
    {
        using var scope = torch.NewDisposeScope();
        var finite = parameter.isfinite().sum().item<long>();
        if (finite < parameter.numel())
        {
            throw new InvalidDataException(
                $"{file.Path}: key '{name}': found {parameter.numel() - finite} of {parameter.numel()} values that are not finite in "
                    + $"{parameter.dtype.ToString().ToLowerInvariant()}, expected none.");
        }
    }

    private static IEnumerable<string> Listed(IEnumerable<string> problems)
    {
        var all = problems.ToList();
        return all.Count <= MostListed + 1 ? all : [.. all.Take(MostListed), $"and {all.Count - MostListed} more such keys"];
    }

    private static bool IsFloatingPoint(ScalarType type) =>
        type is ScalarType.Float64 or ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16;

    private static bool StartsWithAny(string name, IReadOnlyList<string> prefixes) =>
        prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    private static string Text(double? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "none";

    private static string Text(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
