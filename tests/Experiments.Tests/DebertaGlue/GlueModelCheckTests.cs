using System.Text.Json.Nodes;
using DebertaGlue;
using ModelZoo.Deberta;
using Reproduction;
using TorchSharp;

namespace SpectralExperiments.Tests;

/// <summary>What is checked and said of a model's files before a run.</summary>
public sealed class GlueModelCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Model => Path.Combine(_folder.Root, "deberta-v3-base");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_zoos_model_fits_its_tokenizer_and_its_plan()
    {
        var experiment = new DebertaGlueExperiment();
        var options = Options("mini");

        experiment.Check([experiment.Trials(options).First()], options);

        Assert.Single(experiment.Remarks());
        Assert.Contains("new, with random values", experiment.Remarks()[0]);
        Assert.Contains("classifier, pooler.dense", experiment.Remarks()[0]);
    }

    [Theory]
    [InlineData("[\"contradiction\", \"neutral\", \"entailment\"]", "mnli", "contradiction, neutral, entailment")]
    [InlineData("[\"entailment\", \"neutral\", \"contradiction\"]", "mnli", null)]
    [InlineData("[\"ENTAILMENT\", \"NEUTRAL\", \"CONTRADICTION\"]", "mnli", null)]
    [InlineData("[\"LABEL_0\", \"LABEL_1\", \"LABEL_2\"]", "mnli", null)]
    public void A_trained_head_must_have_the_labels_of_the_task_in_order(string names, string task, string? refused)
    {
        Save(DebertaConfig.Mini(50) with { NumHiddenLayers = 1, NumLabels = 3 });
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(Model, "config.json")))!;
        var id2Label = new JsonObject();
        foreach (var name in JsonNode.Parse(names)!.AsArray())
        {
            id2Label[$"{id2Label.Count}"] = name!.DeepClone();
        }

        config["id2label"] = id2Label;
        File.WriteAllText(Path.Combine(Model, "config.json"), config.ToJsonString());
        using var checkpoint = DebertaCheckpoint.Open(Model, 3);

        void Check() => checkpoint.RequireLabels(task, Tasks.Glue.GlueTask.Parse(task).Labels);

        if (refused is null)
        {
            Check();
        }
        else
        {
            Assert.Contains(refused, Assert.Throws<InvalidDataException>(Check).Message);
        }
    }

    [Fact]
    public void What_is_left_over_is_said()
    {
        Save(DebertaConfig.Mini(50) with { NumHiddenLayers = 1 });
        var path = Path.Combine(Model, "model.safetensors");
        using (torch.NewDisposeScope())
        {
            var tensors = SpectralAdapters.Files.SafetensorsFile.ReadAll(path);
            tensors["cls.predictions.bias"] = torch.zeros(3);
            SpectralAdapters.Files.SafetensorsWriter.Write(path, tensors);
        }

        using var checkpoint = DebertaCheckpoint.Open(Model);

        Assert.Equal($"{path}: left over, as the model has no such tensors: cls.predictions.", Assert.Single(checkpoint.Notes));
    }

    private static RunOptions Options(string profile) => GlueOptions.Of(profile);

    private void Save(DebertaConfig config)
    {
        using var generator = new torch.Generator(1);
        using var model = new DebertaForSequenceClassification(config, generator);
        model.Save(Model);
    }
}
