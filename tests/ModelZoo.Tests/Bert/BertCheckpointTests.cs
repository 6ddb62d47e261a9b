using ModelZoo.Bert;
using TorchSharp;

namespace SpectralExperiments.Tests.ModelZoo.Bert;

/// <summary>Folders of BERT: what changes the result is honoured or refused by its name.</summary>
public sealed class BertCheckpointTests
{
    [Theory]
    [InlineData("model_type", "\"roberta\"")]
    [InlineData("hidden_act", "\"relu\"")]
    [InlineData("position_embedding_type", "\"relative_key\"")]
    [InlineData("is_decoder", "true")]
    [InlineData("add_cross_attention", "true")]
    [InlineData("pruned_heads", "{\"0\": [1]}")]
    [InlineData("quantization_config", "{\"quant_method\": \"bitsandbytes\"}")]
    [InlineData("problem_type", "\"multi_label_classification\"")]
    [InlineData("vocab_size", null)]
    [InlineData("type_vocab_size", "\"2\"")]
    [InlineData("label2id", "{\"LABEL_0\": 1, \"LABEL_1\": 0}")]
    [InlineData("architectures", "[\"BertForTokenClassification\"]")]
    public void A_key_that_changes_the_result_is_refused(string key, string? json)
    {
        using var folder = new BertFolder().With(key, json);

        var error = folder.Refused();

        Assert.StartsWith($"{folder.File("config.json")}: key '{key}': found ", error);
    }

    [Theory]
    [InlineData("hidden_size", "25", "HiddenSize: found 25, expected a multiple of 3 heads")]
    [InlineData("max_position_embeddings", "0", "MaxPositionEmbeddings: found 0")]
    [InlineData("type_vocab_size", "0", "TypeVocabSize: found 0")]
    [InlineData("classifier_dropout", "1", "ClassifierDropout: found 1")]
    [InlineData("layer_norm_eps", "0", "LayerNormEps: found 0")]
    public void An_impossible_size_is_refused(string key, string json, string expected)
    {
        using var folder = new BertFolder().With(key, json);

        Assert.Contains(expected, folder.Refused());
    }

    [Fact]
    public void Settings_of_the_file_are_the_models()
    {
        using var folder = new BertFolder()
            .With("classifier_dropout", "0.3").With("layer_norm_eps", "1e-5").With("gradient_checkpointing", "false");
        using var model = folder.Load();

        Assert.Equal(folder.Model.Config with { ClassifierDropout = 0.3, LayerNormEps = 1e-5 }, model.Config);
    }

    [Fact]
    public void Another_models_sizes_are_named()
    {
        using var folder = new BertFolder();
        using var checkpoint = BertCheckpoint.Open(folder.Root, BertHead.Pooler);

        var error = Assert.Throws<InvalidDataException>(
            () => checkpoint.RequireModel("MiniLM", folder.Model.Config with { NumHiddenLayers = 6, NumLabels = 3 })).Message;

        Assert.Equal($"{folder.File("config.json")}: found num_hidden_layers 2, expected 6 of MiniLM.", error);
    }

    [Fact]
    public void A_weight_of_another_width_is_refused()
    {
        const string Name = "bert.encoder.layer.1.intermediate.dense.weight";
        using var folder = new BertFolder().Change(tensors => tensors[Name] = torch.zeros(32, 48));

        Assert.Contains($"'{Name}': found shape [32, 48], expected [32, 24]", folder.Refused());
    }

    [Theory]
    [InlineData(BertHead.Pooler, BertHead.MeanPooling, "without")]
    [InlineData(BertHead.MeanPooling, BertHead.Pooler, "with")]
    public void A_classifier_of_the_other_head_is_refused(BertHead saved, BertHead asked, string word)
    {
        using var folder = new BertFolder(saved);

        Assert.Contains($"found a classifier {word} pre_classifier.weight, trained over {saved}", folder.Refused(asked));
    }

    [Theory]
    [InlineData(BertHead.Pooler)]
    [InlineData(BertHead.MeanPooling)]
    public void A_saved_model_is_read_back(BertHead head)
    {
        using var folder = new BertFolder(head);
        using var checkpoint = BertCheckpoint.Open(folder.Root, head);
        using var model = folder.Load(head);

        Assert.Empty(checkpoint.Notes);
        Assert.Equal(
            BertShapes.Of(model.Config).Select(pair => $"{pair.Key} {string.Join(", ", pair.Value)}").Order(),
            model.state_dict().Select(pair => $"{pair.Key} {string.Join(", ", pair.Value.shape)}").Order());
        foreach (var (name, parameter) in folder.Model.named_parameters())
        {
            TensorAssert.Close(parameter, model.get_parameter(name)!, 0, 0, name);
        }
    }

    [Fact]
    public void MiniLm_has_the_published_number_of_parameters() =>
        Assert.Equal(22_713_216 + (2 * 384) + 2, BertShapes.ParameterCount(BertConfig.MiniLmL6));
}
