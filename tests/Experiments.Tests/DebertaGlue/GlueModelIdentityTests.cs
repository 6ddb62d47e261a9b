using DebertaGlue;
using ModelZoo.Deberta;
using Reproduction;
using TorchSharp;

namespace SpectralExperiments.Tests;

/// <summary>A model is known by its sizes, not by the name of its folder.</summary>
public sealed class GlueModelIdentityTests : IDisposable
{
    private static readonly string ZooTokenizer = Path.Combine(RepositoryPaths.Root, "data", "zoo", "deberta-mini", "spm.model");

    private readonly TemporaryFolder _folder = new();

    private string Model => Path.Combine(_folder.Root, "deberta-v3-base");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_checkpoint_of_another_size_is_refused_whatever_its_folder_is_called()
    {
        Save(DebertaConfig.Mini(8_000) with { NumHiddenLayers = 2, HiddenSize = 32, NumAttentionHeads = 4 });

        var error = Refused(ZooTokenizer);

        Assert.Contains(Path.Combine(Model, "config.json"), error);
        Assert.Contains("hidden_size 32", error);
        Assert.Contains("num_hidden_layers 2", error);
        Assert.Contains("768", error);
        Assert.Contains("microsoft/deberta-v3-base", error);
    }

    [Fact]
    public void A_tokenizer_larger_than_the_models_vocabulary_is_refused()
    {
        Save(DebertaConfig.Mini(4_000) with { NumHiddenLayers = 1 });

        var error = Refused(ZooTokenizer);

        Assert.Contains(ZooTokenizer, error);
        Assert.Contains("8000 ids", error);
        Assert.Contains("vocab_size 4000", error);
    }

    [Theory]
    [InlineData("hidden_dropout_prob", "0")]
    [InlineData("layer_norm_eps", "1e-5")]
    public void A_setting_of_the_published_model_that_was_changed_is_refused(string key, string value)
    {
        Save(DebertaConfig.Mini(8_000) with { NumHiddenLayers = 1 });
        var path = Path.Combine(Model, "config.json");
        var config = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(path))!;
        config[key] = System.Text.Json.Nodes.JsonNode.Parse(value);
        File.WriteAllText(path, config.ToJsonString());

        Assert.Contains(key, Refused(ZooTokenizer));
    }

    private void Save(DebertaConfig config)
    {
        using var generator = new torch.Generator(1);
        using var model = new DebertaForSequenceClassification(config, generator);
        model.Save(Model);
    }

    private string Refused(string tokenizer)
    {
        var experiment = new DebertaGlueExperiment();
        var options = GlueOptions.Of("paper") with { Inputs = new Inputs { Weights = _folder.Root, Tokenizer = tokenizer } };
        return Assert.ThrowsAny<Exception>(() => experiment.Check([experiment.Trials(options).First()], options)).Message;
    }
}
