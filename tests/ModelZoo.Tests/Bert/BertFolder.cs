using System.Text.Json.Nodes;
using ModelZoo.Bert;
using Onnx;
using SpectralAdapters.Files;
using SpectralExperiments.Tests.ModelZoo.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Bert;

/// <summary>A checkpoint folder of a tiny model that a test changes; it goes with the test.</summary>
internal sealed class BertFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public BertFolder(BertHead head = BertHead.Pooler)
    {
        Model = Create(1, Tiny with { Head = head });
        Model.Save(_folder.Root);
    }

    public static BertConfig Tiny { get; } = new()
    {
        VocabSize = 50,
        HiddenSize = 24,
        IntermediateSize = 32,
        NumHiddenLayers = 2,
        NumAttentionHeads = 3,
        MaxPositionEmbeddings = 40,
    };

    public string Root => _folder.Root;

    public BertForSequenceClassification Model { get; }

    /// <summary>A model whose weights are large enough that no term vanishes.</summary>
    public static BertForSequenceClassification Create(ulong seed, BertConfig config)
    {
        using var generator = new Generator(seed);
        return new BertForSequenceClassification(config with { InitializerRange = 0.5 }, generator);
    }

    public string File(string name) => _folder.File(name);

    /// <summary>Sets a key of config.json; a null removes it.</summary>
    public BertFolder With(string key, string? json)
    {
        var config = JsonNode.Parse(System.IO.File.ReadAllText(File("config.json")))!.AsObject();
        config.Remove(key);
        if (json is not null)
        {
            config[key] = JsonNode.Parse(json);
        }

        System.IO.File.WriteAllText(File("config.json"), config.ToJsonString());
        return this;
    }

    /// <summary>Changes the tensors of model.safetensors.</summary>
    public BertFolder Change(Action<Dictionary<string, Tensor>> change)
    {
        var tensors = SafetensorsFile.ReadAll(File("model.safetensors"));
        change(tensors);
        SafetensorsWriter.Write(File("model.safetensors"), tensors);
        return this;
    }

    /// <summary>Puts a graph of the encoder and its pooler in the place of model.safetensors.</summary>
    public BertFolder AsOnnx(Action<ModelProto>? change = null)
    {
        var graph = OnnxGraph.Of(Model.named_parameters()
            .Where(pair => pair.name.StartsWith("bert.", StringComparison.Ordinal))
            .Select(pair => (pair.name["bert.".Length..], (Tensor)pair.parameter)));
        change?.Invoke(graph);
        System.IO.File.Delete(File("model.safetensors"));
        OnnxGraph.Write(graph, File("model.onnx"));
        return this;
    }

    public BertForSequenceClassification Load(BertHead head = BertHead.Pooler)
    {
        using var generator = new Generator(0);
        using var checkpoint = BertCheckpoint.Open(Root, head);
        return BertForSequenceClassification.Load(checkpoint, generator);
    }

    public string Refused(BertHead head = BertHead.Pooler) => Assert.Throws<InvalidDataException>(() => Load(head)).Message;

    public void Dispose()
    {
        Model.Dispose();
        _scope.Dispose();
        _folder.Dispose();
    }
}
