using System.Text.Json.Nodes;
using ModelZoo.Decoder;
using SpectralAdapters.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Decoder;

/// <summary>A copy of a fixture's checkpoint that a test changes; it goes with the test.</summary>
internal sealed class DecoderFolder : IDisposable
{
    private const string ConfigFile = "config.json";
    private const string WeightsFile = "model.safetensors";

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public DecoderFolder(params string[] fixture)
    {
        foreach (var name in (string[])[ConfigFile, WeightsFile])
        {
            File.Copy(RepositoryPaths.Fixture([.. fixture, name]), _folder.File(name));
        }

        Tensors = SafetensorsFile.ReadAll(Weights);
    }

    public static DecoderFolder Untied => new("llama", "untied");

    public static DecoderFolder Tied => new("llama", "tied");

    public static DecoderFolder Sliding => new("mistral", "sliding");

    public string Root => _folder.Root;

    public string Config => _folder.File(ConfigFile);

    public string Weights => _folder.File(WeightsFile);

    /// <summary>The tensors of the fixture.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; }

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    /// <summary>Sets a key of config.json; a null removes it.</summary>
    public DecoderFolder With(string key, string? json)
    {
        var config = JsonNode.Parse(File.ReadAllText(Config))!.AsObject();
        config.Remove(key);
        if (json is not null)
        {
            config[key] = JsonNode.Parse(json);
        }

        File.WriteAllText(Config, config.ToJsonString());
        return this;
    }

    /// <summary>Changes the tensors of model.safetensors.</summary>
    public DecoderFolder Change(Action<Dictionary<string, Tensor>> change)
    {
        var tensors = new Dictionary<string, Tensor>(Tensors);
        change(tensors);
        SafetensorsWriter.Write(Weights, tensors);
        return this;
    }

    public string Refused() => Assert.Throws<InvalidDataException>(() => DecoderCheckpoint.Open(Root).Dispose()).Message;
}
