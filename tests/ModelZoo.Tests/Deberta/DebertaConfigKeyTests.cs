using ModelZoo.Deberta;

namespace SpectralExperiments.Tests.ModelZoo.Deberta;

/// <summary>Every key of config.json that changes the result is honoured or refused by its name.</summary>
public sealed class DebertaConfigKeyTests
{
    [Theory]
    [InlineData("attention_head_size", "16")]
    [InlineData("embedding_size", "12")]
    [InlineData("conv_kernel_size", "3")]
    [InlineData("cls_dropout", "0.5")]
    [InlineData("pooler_hidden_size", "12")]
    [InlineData("pooler_hidden_act", "\"tanh\"")]
    [InlineData("quantization_config", "{\"quant_method\": \"bitsandbytes\"}")]
    [InlineData("pruned_heads", "{\"0\": [1]}")]
    [InlineData("norm_rel_ebd", "\"none\"")]
    [InlineData("type_vocab_size", "2")]
    [InlineData("hidden_act", "\"gelu_new\"")]
    [InlineData("relative_attention", "false")]
    [InlineData("position_biased_input", "true")]
    [InlineData("position_biased_input", null)]
    [InlineData("problem_type", "\"multi_label_classification\"")]
    [InlineData("layer_norm_eps", "-1")]
    [InlineData("layer_norm_eps", "1e999")]
    [InlineData("hidden_dropout_prob", "1.5")]
    [InlineData("initializer_range", "-1")]
    [InlineData("num_labels", "2147483647")]
    [InlineData("id2label", "{\"0\": \"a\", \"1\": \"b\", \"2\": \"c\"}")]
    [InlineData("id2label", "{\"0\": \"a\", \"2\": \"b\"}")]
    [InlineData("id2label", "{\"0\": \"a\", \"1\": \"a\"}")]
    [InlineData("id2label", "{\"0\": \"a\", \"1\": 3}")]
    [InlineData("label2id", "{\"LABEL_0\": 1, \"LABEL_1\": 0}")]
    [InlineData("architectures", "[\"DebertaV2ForTokenClassification\"]")]
    public void A_key_that_changes_the_result_is_refused(string key, string? json)
    {
        using var folder = new DebertaFolder().With(key, json);

        var error = folder.Refused();

        Assert.StartsWith(folder.File("config.json"), error);
        Assert.Contains(key, error.Replace("LayerNormEps", "layer_norm_eps").Replace("HiddenDropout", "hidden_dropout_prob")
            .Replace("InitializerRange", "initializer_range").Replace("NumLabels", "num_labels"));
    }

    [Theory]
    [InlineData("attention_head_size", "8")]
    [InlineData("embedding_size", "24")]
    [InlineData("pooler_hidden_size", "24")]
    [InlineData("conv_kernel_size", "0")]
    [InlineData("cls_dropout", "0.1")]
    [InlineData("cls_dropout", "null")]
    [InlineData("quantization_config", "null")]
    [InlineData("pruned_heads", "{}")]
    [InlineData("problem_type", "\"single_label_classification\"")]
    [InlineData("legacy", "true")]
    [InlineData("torch_dtype", "\"float16\"")]
    [InlineData("transformers_version", "\"4.38.0\"")]
    [InlineData("hidden_act", null)]
    [InlineData("tie_word_embeddings", "true")]
    [InlineData("architectures", "[\"DebertaV2Model\"]")]
    public void A_key_with_the_value_that_the_model_has_is_accepted(string key, string? json)
    {
        using var folder = new DebertaFolder().With(key, json);
        using var model = folder.Load();

        Assert.Equal(folder.Model.Config, model.Config);
    }

    [Fact]
    public void A_key_that_stands_twice_is_refused()
    {
        using var folder = new DebertaFolder();
        var path = folder.File("config.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"hidden_size\": 24", "\"hidden_size\": 24, \"hidden_size\": 24"));

        Assert.Contains("'hidden_size'", folder.Refused());
    }

    [Fact]
    public void Text_that_is_not_JSON_is_described_in_our_words()
    {
        using var folder = new DebertaFolder();
        File.WriteAllText(folder.File("config.json"), "{\"hidden_size\": 24,\n \"a\" 3}");

        var error = folder.Refused();

        Assert.Contains("line 2", error);
        Assert.DoesNotContain("BytePositionInLine", error);
    }

    [Fact]
    public void A_file_without_labels_has_two()
    {
        using var folder = new DebertaFolder().With("num_labels", null);

        Assert.Equal(2, DebertaConfigJson.Read(folder.File("config.json")).NumLabels);
    }
}
