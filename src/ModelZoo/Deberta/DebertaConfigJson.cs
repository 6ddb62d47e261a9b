using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelZoo.Checkpoints;

namespace ModelZoo.Deberta;

/// <summary>Reads and writes the config.json of a DeBERTaV3 checkpoint as Hugging Face's tools do.</summary>
public static class DebertaConfigJson
{
    private const string ModelType = "deberta-v2";

    // Of transformers, for a file that states none.
    private const int DefaultLabels = 2;

    /// <summary>Reads a config.json.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// A key is missing or has another type, or the architecture is not that of DeBERTaV3.
    /// </exception>
    public static DebertaConfig Read(string path)
    {
        using var json = ConfigJson.Open(path);
        return Read(json, path, Labels(json).Count);
    }

    /// <summary>Reads a config.json for a model with a given number of classes, and the names of the classes that it states.</summary>
    /// <param name="path">The file.</param>
    /// <param name="numLabels">Number of classes, where it is not the one that the file states.</param>
    /// <returns>
    /// The sizes; the names of the file's own classes, null where they have none but their numbers; the class of the architecture, null
    /// where it is not stated.
    /// </returns>
    internal static (DebertaConfig Config, IReadOnlyList<string>? Labels, string? Architecture) Read(string path, int? numLabels)
    {
        using var json = ConfigJson.Open(path);
        var labels = Labels(json);
        var config = Read(json, path, numLabels ?? labels.Count);
        return (
            config,
            labels.SequenceEqual(Numbered(labels.Count)) ? null : labels,
            json.Find("architectures") is null ? null : json.Texts("architectures").FirstOrDefault());
    }

    private static DebertaConfig Read(ConfigJson json, string path, int numLabels)
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
        try
        {
            config.Validate();
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"{path}: {exception.Message}", exception);
        }

        // Keys that transformers looks up where they are there, with these values where they are not.
        json.RequireOrAbsent("attention_head_size", config.HeadSize);
        json.RequireOrAbsent("embedding_size", config.HiddenSize);
        json.RequireOrAbsent("pooler_hidden_size", config.HiddenSize);
        if (json.Number("cls_dropout", config.HiddenDropout) != config.HiddenDropout)
        {
            throw json.Unexpected("cls_dropout", FormattableString.Invariant($"hidden_dropout_prob ({config.HiddenDropout})"));
        }

        // The loss follows from the number of labels.
        json.RequireOrAbsent("problem_type", numLabels == 1 ? "regression" : "single_label_classification");
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

    /// <summary>The names of the classes in the order of their ids; LABEL_0 and so on where the file has no names.</summary>
    private static List<string> Labels(ConfigJson json)
    {
        if (json.Find("id2label") is not { } names)
        {
            var count = json.Integer("num_labels", DefaultLabels);
            if (count is < 1 or > DebertaConfig.MostLabels)
            {
                throw json.Unexpected("num_labels", $"a count from 1 to {DebertaConfig.MostLabels}");
            }

            var numbered = Numbered(count).ToList();
            RequireInverse(json, numbered);
            return numbered;
        }

        if (names.ValueKind != JsonValueKind.Object || !names.EnumerateObject().Any())
        {
            throw json.Unexpected("id2label", "an object with a name for each label");
        }

        var byId = names.EnumerateObject().ToDictionary(item => item.Name, item => item.Value);
        var labels = Enumerable.Range(0, byId.Count)
            .Select(id => byId.TryGetValue(id.ToString(CultureInfo.InvariantCulture), out var name)
                && name.ValueKind == JsonValueKind.String
                ? name.GetString()!
                : throw json.Unexpected("id2label", $"a name for each id from 0 to {byId.Count - 1}"))
            .ToList();
        if (labels.Distinct().Count() != labels.Count)
        {
            throw json.Unexpected("id2label", "a name of its own for each id");
        }

        if (json.Integer("num_labels", labels.Count) != labels.Count)
        {
            throw json.Unexpected("num_labels", $"{labels.Count} as in id2label");
        }

        RequireInverse(json, labels);
        return labels;
    }

    private static void RequireInverse(ConfigJson json, List<string> labels)
    {
        if (json.Find("label2id") is { } ids
            && (ids.ValueKind != JsonValueKind.Object || ids.EnumerateObject().Count() != labels.Count
                || !ids.EnumerateObject().All(item => item.Value.ValueKind == JsonValueKind.Number
                    && item.Value.TryGetInt32(out var id) && id >= 0 && id < labels.Count && labels[id] == item.Name)))
        {
            throw json.Unexpected("label2id", "the inverse of id2label");
        }
    }

    private static IEnumerable<string> Numbered(int count) => Enumerable.Range(0, count).Select(id => $"LABEL_{id}");

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
