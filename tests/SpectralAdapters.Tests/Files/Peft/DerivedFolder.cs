using System.Text.Json.Nodes;
using SpectralAdapters.Files;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files.Peft;

/// <summary>A PEFT folder made from one of the fixtures by changing its settings and tensors.</summary>
internal sealed class DerivedFolder : IDisposable
{
    private const string ConfigName = "adapter_config.json";
    private const string TensorsName = "adapter_model.safetensors";

    private readonly TemporaryFolder _folder = new();

    /// <summary>The folder.</summary>
    public string Root => _folder.Root;

    /// <summary>Copies a folder.</summary>
    /// <param name="source">The folder to copy from.</param>
    /// <param name="settings">Settings that replace those of the source, as JSON.</param>
    /// <param name="change">Changes the tensors, given by name; they lie in the caller's dispose scope.</param>
    public static DerivedFolder Of(
        string source, IReadOnlyDictionary<string, string> settings, Action<Dictionary<string, Tensor>>? change = null)
    {
        var derived = new DerivedFolder();
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(source, ConfigName)))!.AsObject();
        foreach (var (key, value) in settings)
        {
            config[key] = JsonNode.Parse(value);
        }

        File.WriteAllText(derived._folder.File(ConfigName), config.ToJsonString());
        var tensors = SafetensorsFile.ReadAll(Path.Combine(source, TensorsName));
        change?.Invoke(tensors);
        SafetensorsWriter.Write(derived._folder.File(TensorsName), tensors);
        return derived;
    }

    /// <summary>A setting of a folder's config as JSON, null where it is missing or null.</summary>
    public static string? Setting(string folder, string key) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(folder, ConfigName)))![key]?.ToJsonString();

    public void Dispose() => _folder.Dispose();
}
