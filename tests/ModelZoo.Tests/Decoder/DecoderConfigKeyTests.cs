using ModelZoo.Decoder;

namespace SpectralExperiments.Tests.ModelZoo.Decoder;

/// <summary>Every key of config.json that changes the result is honoured or refused by its name.</summary>
public sealed class DecoderConfigKeyTests
{
    [Theory]
    [InlineData("rope_scaling", "{\"type\": \"linear\", \"factor\": 2.0}")]
    [InlineData("rope_scaling", "{\"rope_type\": \"llama3\", \"factor\": 8.0, \"original_max_position_embeddings\": 8192}")]
    [InlineData("rope_scaling", "{\"type\": \"default\", \"factor\": 2.0}")]
    [InlineData("rope_scaling", "2")]
    [InlineData("rope_parameters", "{\"rope_type\": \"yarn\", \"rope_theta\": 500000.0}")]
    [InlineData("rope_parameters", "{\"rope_type\": \"default\", \"rope_theta\": 10000.0}")]
    [InlineData("rope_parameters", "{\"rope_type\": \"default\", \"partial_rotary_factor\": 0.5}")]
    [InlineData("rope_theta", "0")]
    [InlineData("rope_theta", "1e999")]
    [InlineData("partial_rotary_factor", "0.5")]
    [InlineData("attention_bias", "true")]
    [InlineData("mlp_bias", "true")]
    [InlineData("hidden_act", "\"gelu\"")]
    [InlineData("attention_dropout", "0.1")]
    [InlineData("model_type", "\"gpt2\"")]
    [InlineData("model_type", "\"Llama\"")]
    [InlineData("model_type", null)]
    [InlineData("sliding_window", "8")]
    [InlineData("layer_types", "[\"full_attention\"]")]
    [InlineData("is_encoder_decoder", "true")]
    [InlineData("add_cross_attention", "true")]
    [InlineData("pruned_heads", "{\"0\": [1]}")]
    [InlineData("quantization_config", "{\"quant_method\": \"bitsandbytes\"}")]
    [InlineData("compression_config", "{\"format\": \"int8\"}")]
    [InlineData("eos_token_id", "[2, 3]")]
    [InlineData("eos_token_id", "300")]
    [InlineData("bos_token_id", "-1")]
    [InlineData("pad_token_id", "-1")]
    [InlineData("num_key_value_heads", "3")]
    [InlineData("num_key_value_heads", "0")]
    [InlineData("num_attention_heads", "0")]
    [InlineData("num_attention_heads", "5")]
    [InlineData("head_dim", "15")]
    [InlineData("head_dim", "2147483646")]
    [InlineData("hidden_size", "65")]
    [InlineData("hidden_size", "\"64\"")]
    [InlineData("vocab_size", null)]
    [InlineData("intermediate_size", "-1")]
    [InlineData("num_hidden_layers", "0")]
    [InlineData("num_hidden_layers", "2000000000")]
    [InlineData("max_position_embeddings", "0")]
    [InlineData("rms_norm_eps", "0")]
    [InlineData("initializer_range", "-0.1")]
    [InlineData("tie_word_embeddings", "1")]
    public void A_key_that_changes_the_result_is_refused(string key, string? json)
    {
        using var folder = DecoderFolder.Untied.With(key, json);

        var error = folder.Refused();

        Assert.StartsWith(folder.Config, error);
        var property = string.Concat(key.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
        Assert.True(error.Contains($"'{key}'") || error.Contains($".{property}:") || error.Contains($"{json} heads"), error);
    }

    [Theory]
    [InlineData("rope_scaling", "{\"rope_type\": \"default\"}")]
    [InlineData("rope_scaling", null)]
    [InlineData("rope_parameters", "{\"rope_type\": \"default\", \"rope_theta\": 500000.0, \"partial_rotary_factor\": 1.0}")]
    [InlineData("partial_rotary_factor", "1")]
    [InlineData("attention_bias", null)]
    [InlineData("mlp_bias", "false")]
    [InlineData("hidden_act", null)]
    [InlineData("head_dim", "16")]
    [InlineData("head_dim", "null")]
    [InlineData("sliding_window", "null")]
    [InlineData("tie_word_embeddings", null)]
    [InlineData("bos_token_id", null)]
    [InlineData("eos_token_id", null)]
    [InlineData("initializer_range", null)]
    [InlineData("architectures", null)]
    [InlineData("pretraining_tp", "2")]
    [InlineData("torch_dtype", "\"bfloat16\"")]
    [InlineData("use_cache", "false")]
    public void A_key_with_the_value_that_the_model_has_is_accepted(string key, string? json)
    {
        using var original = DecoderFolder.Untied;
        using var folder = DecoderFolder.Untied.With(key, json);
        using var checkpoint = DecoderCheckpoint.Open(folder.Root);

        Assert.Equal(DecoderConfigJson.Read(original.Config), checkpoint.Config);
    }

    [Fact]
    public void The_base_may_stand_among_the_rotary_parameters_alone()
    {
        using var folder = DecoderFolder.Untied.With("rope_theta", null)
            .With("rope_parameters", "{\"rope_type\": \"default\", \"rope_theta\": 123.5}");

        Assert.Equal(123.5, DecoderConfigJson.Read(folder.Config).RopeTheta);
    }

    [Fact]
    public void Absent_keys_mean_what_they_mean_in_transformers()
    {
        using var llama = DecoderFolder.Untied.With("num_key_value_heads", null).With("rope_theta", null).With("rms_norm_eps", null)
            .With("pad_token_id", null).With("bos_token_id", "null");
        var config = DecoderConfigJson.Read(llama.Config);

        Assert.Equal((4, 10_000.0, 1e-6), (config.NumKeyValueHeads, config.RopeTheta, config.RmsNormEps));
        Assert.Null(config.PadTokenId);
        Assert.Null(config.BosTokenId);

        using var mistral = DecoderFolder.Sliding.With("num_key_value_heads", null).With("sliding_window", null)
            .With("num_attention_heads", "32");
        config = DecoderConfigJson.Read(mistral.Config);

        Assert.Equal((8, 4096), (config.NumKeyValueHeads, config.SlidingWindow));
        Assert.Null(DecoderConfigJson.Read(mistral.With("sliding_window", "null").Config).SlidingWindow);
        Assert.Equal(32, DecoderConfigJson.Read(mistral.With("num_key_value_heads", "null").Config).NumKeyValueHeads);
    }

    [Fact]
    public void Every_configuration_is_written_as_it_is_read()
    {
        using var folder = new TemporaryFolder();
        DecoderConfig[] configs =
        [
            DecoderConfig.Llama3_8B, DecoderConfig.Mistral7B, DecoderConfig.SmolLm2_135M,
            DecoderConfig.Mistral7B with { SlidingWindow = null, HeadDim = 96, BosTokenId = null, EosTokenId = null },
        ];
        foreach (var config in configs)
        {
            var path = folder.Write("config.json", DecoderConfigJson.Write(config));

            Assert.Equal(config, DecoderConfigJson.Read(path));
        }
    }
}
