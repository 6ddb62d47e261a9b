using System.Text.Json.Nodes;
using ModelZoo.Deberta;
using SpectralAdapters.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Deberta;

/// <summary>A checkpoint folder of a tiny model that a test changes; it goes with the test.</summary>
internal sealed class DebertaFolder : IDisposable
{
    public const string ConfigFile = "config.json";

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public DebertaFolder(DebertaConfig? config = null)
    {
        Model = DebertaModels.Create(seed: 1, config);
        Model.Save(Root);
    }

    public string Root => _folder.Root;

    public DebertaForSequenceClassification Model { get; }

    public string File(string name) => _folder.File(name);

    public void Dispose()
    {
        Model.Dispose();
        _scope.Dispose();
        _folder.Dispose();
    }

    /// <summary>Sets keys of config.json; a null removes one.</summary>
    public DebertaFolder With(string key, string? json)
    {
        var config = JsonNode.Parse(System.IO.File.ReadAllText(File(ConfigFile)))!.AsObject();
        config.Remove(key);
        if (json is not null)
        {
            config[key] = JsonNode.Parse(json);
        }

        System.IO.File.WriteAllText(File(ConfigFile), config.ToJsonString());
        return this;
    }

    /// <summary>Changes the tensors of model.safetensors.</summary>
    public DebertaFolder Change(Action<Dictionary<string, Tensor>> change)
    {
        var path = File("model.safetensors");
        var tensors = SafetensorsFile.ReadAll(path);
        change(tensors);
        SafetensorsWriter.Write(path, tensors);
        return this;
    }

    public DebertaFolder Rename(Func<string, string> name) => Change(tensors =>
    {
        var renamed = tensors.ToDictionary(pair => name(pair.Key), pair => pair.Value);
        tensors.Clear();
        renamed.ToList().ForEach(pair => tensors.Add(pair.Key, pair.Value));
    });

    public DebertaForSequenceClassification Load(int? labels = null)
    {
        using var generator = new Generator(0);
        return DebertaForSequenceClassification.Load(Root, generator, labels);
    }

    public string Refused(int? labels = null) => Assert.Throws<InvalidDataException>(() => Load(labels)).Message;
}
