using System.Text;
using SpectralAdapters.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelZoo.Checkpoints;

/// <summary>Model folders in Hugging Face's layout: config.json beside model.safetensors or pytorch_model.bin.</summary>
public static class ModelCheckpoint
{
    /// <summary>The file with the model's sizes.</summary>
    public const string ConfigFileName = "config.json";

    /// <summary>The file with the weights that is written, and read first.</summary>
    public const string SafetensorsFileName = "model.safetensors";

    /// <summary>The older form of the file with the weights.</summary>
    public const string TorchFileName = "pytorch_model.bin";

    private const int MostListed = 5;

    /// <summary>Opens the weights of a folder.</summary>
    /// <exception cref="FileNotFoundException">The folder has no file with weights.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static ITensorFile OpenWeights(string folder)
    {
        var safetensors = Path.Combine(folder, SafetensorsFileName);
        if (File.Exists(safetensors))
        {
            return SafetensorsFile.Open(safetensors);
        }

        var torchPath = Path.Combine(folder, TorchFileName);
        return File.Exists(torchPath)
            ? TorchFile.Open(torchPath)
            : throw new FileNotFoundException(
                $"{folder}: found neither {SafetensorsFileName} nor {TorchFileName}, expected a model's weights.", safetensors);
    }

    /// <summary>Compares names and shapes of a file with a model's, before anything is loaded.</summary>
    /// <param name="file">The weights.</param>
    /// <param name="expected">The model's names and shapes.</param>
    /// <param name="ignored">Prefixes of names in the file that the model does not use.</param>
    /// <param name="optional">Prefixes of the model's names that the file may lack.</param>
    /// <returns>The names that the file lacks.</returns>
    /// <exception cref="InvalidDataException">Another key is missing or unexpected, or a shape differs.</exception>
    public static IReadOnlySet<string> Check(
        ITensorFile file,
        IReadOnlyDictionary<string, long[]> expected,
        IReadOnlyList<string> ignored,
        IReadOnlyList<string> optional)
    {
        var problems = new List<string>();
        foreach (var (name, shape) in expected.Where(pair => file.Contains(pair.Key)))
        {
            if (!file.Shape(name).SequenceEqual(shape))
            {
                problems.Add($"key '{name}': found shape {Text(file.Shape(name))}, expected {Text(shape)}");
            }
        }

        var missing = expected.Keys.Where(name => !file.Contains(name)).ToHashSet();
        problems.AddRange(missing.Where(name => !StartsWithAny(name, optional))
            .Select(name => $"key '{name}': found nothing, expected shape {Text(expected[name])}"));
        problems.AddRange(file.Names.Where(name => !expected.ContainsKey(name) && !StartsWithAny(name, ignored))
            .Select(name => $"key '{name}': found shape {Text(file.Shape(name))}, expected no such key"));
        if (problems.Count > 0)
        {
            var rest = problems.Count > MostListed ? $"; and {problems.Count - MostListed} more" : "";
            throw new InvalidDataException($"{file.Path}: {string.Join("; ", problems.Take(MostListed))}{rest}.");
        }

        return missing;
    }

    /// <summary>Copies the tensors that file and model share into the model, converting to its element type and device.</summary>
    /// <param name="file">The weights, already checked.</param>
    /// <param name="parameters">The model's tensors by name.</param>
    public static void Copy(ITensorFile file, IReadOnlyDictionary<string, Tensor> parameters)
    {
        using var noGrad = torch.no_grad();
        foreach (var (name, parameter) in parameters.Where(pair => file.Contains(pair.Key)))
        {
            using var tensor = file.Read(name);
            parameter.copy_(tensor);
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

    private static bool StartsWithAny(string name, IReadOnlyList<string> prefixes) =>
        prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    private static string Text(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
