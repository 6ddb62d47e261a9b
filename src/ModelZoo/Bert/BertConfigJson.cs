using System.Text;
using System.Text.Json;
using ModelZoo.Checkpoints;
using ModelZoo.Encoders;

namespace ModelZoo.Bert;

/// <summary>Reads and writes the config.json of a BERT checkpoint as Hugging Face's tools do.</summary>
public static class BertConfigJson
{
    private const string ModelType = "bert";

    /// <summary>Reads a config.json.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// A key is missing or has another type, or the architecture is not that of BERT's encoder with absolute positions.
    /// </exception>
    public static BertConfig Read(string path) => Read(path, numLabels: null).Config;

    /// <summary>Reads a config.json for a model with a given number of classes, and what it states of its own ones.</summary>
    internal static ClassifierConfig<BertConfig> Read(string path, int? numLabels) =>
        ClassifierConfig<BertConfig>.Read(path, numLabels, Read);

    /// <summary>The text of a config.json that transformers reads. The head is not part of it.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="architecture">The model's class in transformers.</param>
    public static string Write(BertConfig config, string architecture = "BertForSequenceClassification")
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("architectures");
            writer.WriteStringValue(architecture);
            writer.WriteEndArray();
            writer.WriteString("model_type", ModelType);
            writer.WriteNumber("attention_probs_dropout_prob", config.AttentionDropout);
            if (config.ClassifierDropout is { } classifierDropout)
            {
                writer.WriteNumber("classifier_dropout", classifierDropout);
            }

            writer.WriteString("hidden_act", "gelu");
            writer.WriteNumber("hidden_dropout_prob", config.HiddenDropout);
            writer.WriteNumber("hidden_size", config.HiddenSize);
            writer.WriteNumber("initializer_range", config.InitializerRange);
            writer.WriteNumber("intermediate_size", config.IntermediateSize);
            writer.WriteNumber("layer_norm_eps", config.LayerNormEps);
            writer.WriteNumber("max_position_embeddings", config.MaxPositionEmbeddings);
            writer.WriteNumber("num_attention_heads", config.NumAttentionHeads);
            writer.WriteNumber("num_hidden_layers", config.NumHiddenLayers);
            writer.WriteNumber("num_labels", config.NumLabels);
            writer.WriteNumber("pad_token_id", config.PadTokenId);
            writer.WriteString("position_embedding_type", "absolute");
            writer.WriteNumber("type_vocab_size", config.TypeVocabSize);
            writer.WriteNumber("vocab_size", config.VocabSize);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private static BertConfig Read(ConfigJson json, int numLabels)
    {
        json.Require("model_type", ModelType);
        json.RequireOrAbsent("hidden_act", "gelu");
        json.RequireOrAbsent("position_embedding_type", "absolute");
        json.RequireOrAbsent("is_decoder", false);
        json.RequireOrAbsent("is_encoder_decoder", false);
        json.RequireOrAbsent("add_cross_attention", false);
        json.RequireEmptyOrAbsent("pruned_heads");
        json.RequireEmptyOrAbsent("quantization_config");
        var config = new BertConfig
        {
            VocabSize = json.Integer("vocab_size"),
            HiddenSize = json.Integer("hidden_size"),
            IntermediateSize = json.Integer("intermediate_size"),
            NumHiddenLayers = json.Integer("num_hidden_layers"),
            NumAttentionHeads = json.Integer("num_attention_heads"),
            MaxPositionEmbeddings = json.Integer("max_position_embeddings"),
            TypeVocabSize = json.Integer("type_vocab_size", 2),
            PadTokenId = json.Integer("pad_token_id", 0),
            NumLabels = numLabels,
            HiddenDropout = json.Number("hidden_dropout_prob", 0.1),
            AttentionDropout = json.Number("attention_probs_dropout_prob", 0.1),
            ClassifierDropout = json.Find("classifier_dropout") is null ? null : json.Number("classifier_dropout", 0),
            LayerNormEps = json.Number("layer_norm_eps", 1e-12),
            InitializerRange = json.Number("initializer_range", 0.02),
        };
        config.Validate(json.Path);
        return config;
    }
}
