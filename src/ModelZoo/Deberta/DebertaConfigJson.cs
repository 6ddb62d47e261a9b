using System.Text;
using System.Text.Json;
using ModelZoo.Checkpoints;
using ModelZoo.Encoders;

namespace ModelZoo.Deberta;

/// <summary>Reads and writes the config.json of a DeBERTaV3 checkpoint as Hugging Face's tools do.</summary>
public static class DebertaConfigJson
{
    private const string ModelType = "deberta-v2";

    /// <summary>Reads a config.json.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// A key is missing or has another type, or the architecture is not that of DeBERTaV3.
    /// </exception>
    public static DebertaConfig Read(string path) => Read(path, numLabels: null).Config;

    /// <summary>Reads a config.json for a model with a given number of classes, and what it states of its own ones.</summary>
    internal static ClassifierConfig<DebertaConfig> Read(string path, int? numLabels) =>
        ClassifierConfig<DebertaConfig>.Read(path, numLabels, Read);

    private static DebertaConfig Read(ConfigJson json, int numLabels)
    {
        json.Require("model_type", ModelType);
        json.RequireOrAbsent("hidden_act", "gelu");
        json.Require("relative_attention", true);
        json.Require("share_att_key", true);
        json.Require("norm_rel_ebd", "layer_norm");
        json.Require("position_biased_input", false);
        json.RequireOrAbsent("type_vocab_size", 0);
        json.RequireOrAbsent("conv_kernel_size", 0);
        json.RequireOrAbsent("pooler_hidden_act", "gelu");
        json.RequireEmptyOrAbsent("pruned_heads");
        json.RequireEmptyOrAbsent("quantization_config");
        RequireBothPositionTerms(json);

        var config = new DebertaConfig
        {
            VocabSize = json.Integer("vocab_size"),
            HiddenSize = json.Integer("hidden_size"),
            IntermediateSize = json.Integer("intermediate_size"),
            NumHiddenLayers = json.Integer("num_hidden_layers"),
            NumAttentionHeads = json.Integer("num_attention_heads"),
            PositionBuckets = json.Integer("position_buckets"),
            MaxPositionEmbeddings = json.Integer("max_position_embeddings"),
            MaxRelativePositions = json.Integer("max_relative_positions", -1),
            PadTokenId = json.Integer("pad_token_id", 0),
            NumLabels = numLabels,
            HiddenDropout = json.Number("hidden_dropout_prob", 0.1),
            AttentionDropout = json.Number("attention_probs_dropout_prob", 0.1),
            PoolerDropout = json.Number("pooler_dropout", 0),
            LayerNormEps = json.Number("layer_norm_eps", 1e-7),
            InitializerRange = json.Number("initializer_range", 0.02),
        };
        config.Validate(json.Path);

        // Keys that transformers looks up where they are there, with these values where they are not.
        json.RequireOrAbsent("attention_head_size", config.HeadSize);
        json.RequireOrAbsent("embedding_size", config.HiddenSize);
        json.RequireOrAbsent("pooler_hidden_size", config.HiddenSize);
        if (json.Number("cls_dropout", config.HiddenDropout) != config.HiddenDropout)
        {
            throw json.Unexpected("cls_dropout", FormattableString.Invariant($"hidden_dropout_prob ({config.HiddenDropout})"));
        }

        return config;
    }

    /// <summary>The text of a config.json that transformers reads.</summary>
    public static string Write(DebertaConfig config)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("architectures");
            writer.WriteStringValue("DebertaV2ForSequenceClassification");
            writer.WriteEndArray();
            writer.WriteString("model_type", ModelType);
            writer.WriteNumber("attention_probs_dropout_prob", config.AttentionDropout);
            writer.WriteString("hidden_act", "gelu");
            writer.WriteNumber("hidden_dropout_prob", config.HiddenDropout);
            writer.WriteNumber("hidden_size", config.HiddenSize);
            writer.WriteNumber("initializer_range", config.InitializerRange);
            writer.WriteNumber("intermediate_size", config.IntermediateSize);
            writer.WriteNumber("max_position_embeddings", config.MaxPositionEmbeddings);
            writer.WriteBoolean("relative_attention", true);
            writer.WriteNumber("position_buckets", config.PositionBuckets);
            writer.WriteString("norm_rel_ebd", "layer_norm");
            writer.WriteBoolean("share_att_key", true);
            writer.WriteString("pos_att_type", "p2c|c2p");
            writer.WriteNumber("layer_norm_eps", config.LayerNormEps);
            writer.WriteNumber("max_relative_positions", config.MaxRelativePositions);
            writer.WriteBoolean("position_biased_input", false);
            writer.WriteNumber("num_attention_heads", config.NumAttentionHeads);
            writer.WriteNumber("num_hidden_layers", config.NumHiddenLayers);
            writer.WriteNumber("type_vocab_size", 0);
            writer.WriteNumber("vocab_size", config.VocabSize);
            writer.WriteNumber("pad_token_id", config.PadTokenId);
            writer.WriteNumber("pooler_dropout", config.PoolerDropout);
            writer.WriteString("pooler_hidden_act", "gelu");
            writer.WriteNumber("num_labels", config.NumLabels);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    // The published file holds one string with bars, transformers writes an array.
    private static void RequireBothPositionTerms(ConfigJson json)
    {
        var terms = json.Texts("pos_att_type").SelectMany(text => text.Split('|')).Order(StringComparer.Ordinal);
        if (!terms.SequenceEqual(["c2p", "p2c"]))
        {
            throw json.Unexpected("pos_att_type", "p2c and c2p");
        }
    }
}
