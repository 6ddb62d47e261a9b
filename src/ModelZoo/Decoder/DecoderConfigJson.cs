using System.Text;
using System.Text.Json;
using ModelZoo.Checkpoints;

namespace ModelZoo.Decoder;

/// <summary>Reads and writes the config.json of a Llama or Mistral checkpoint as Hugging Face's tools do.</summary>
public static class DecoderConfigJson
{
    // What transformers takes where a config.json lacks the key.
    private const double DefaultRopeTheta = 10_000;
    private const int MistralKeyValueHeads = 8;
    private const int MistralWindow = 4096;

    /// <summary>Reads a config.json.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// A key is missing or has another type, or the architecture is not that of Llama or Mistral with unscaled rotary embeddings.
    /// </exception>
    public static DecoderConfig Read(string path)
    {
        using var json = ConfigJson.Open(path);
        var family = Family(json);
        RequireArchitecture(json);
        var config = new DecoderConfig
        {
            Family = family,
            VocabSize = json.Integer("vocab_size"),
            HiddenSize = json.Integer("hidden_size"),
            IntermediateSize = json.Integer("intermediate_size"),
            NumHiddenLayers = json.Integer("num_hidden_layers"),
            NumAttentionHeads = json.Integer("num_attention_heads"),
            NumKeyValueHeads = KeyValueHeads(json, family),
            HeadDim = HeadDim(json),
            MaxPositionEmbeddings = json.Integer("max_position_embeddings"),
            RopeTheta = RopeTheta(json),
            RmsNormEps = json.Number("rms_norm_eps", 1e-6),
            TieWordEmbeddings = json.Boolean("tie_word_embeddings", absent: false),
            SlidingWindow = SlidingWindow(json, family),
            BosTokenId = IntegerOrNull(json, "bos_token_id", absent: 1),
            EosTokenId = IntegerOrNull(json, "eos_token_id", absent: 2),
            PadTokenId = IntegerOrNull(json, "pad_token_id", absent: null),
            InitializerRange = json.Number("initializer_range", 0.02),
        };
        config.Validate(json.Path);
        return config;
    }

    /// <summary>The text of a config.json that transformers reads.</summary>
    public static string Write(DecoderConfig config)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("architectures");
            writer.WriteStringValue($"{config.Family}ForCausalLM");
            writer.WriteEndArray();
            writer.WriteString("model_type", ModelType(config.Family));
            writer.WriteNumber("attention_dropout", 0.0);
            Write(writer, "bos_token_id", config.BosTokenId);
            Write(writer, "eos_token_id", config.EosTokenId);
            Write(writer, "pad_token_id", config.PadTokenId);
            writer.WriteNumber("head_dim", config.HeadDim);
            writer.WriteString("hidden_act", "silu");
            writer.WriteNumber("hidden_size", config.HiddenSize);
            writer.WriteNumber("initializer_range", config.InitializerRange);
            writer.WriteNumber("intermediate_size", config.IntermediateSize);
            writer.WriteNumber("max_position_embeddings", config.MaxPositionEmbeddings);
            writer.WriteNumber("num_attention_heads", config.NumAttentionHeads);
            writer.WriteNumber("num_hidden_layers", config.NumHiddenLayers);
            writer.WriteNumber("num_key_value_heads", config.NumKeyValueHeads);
            writer.WriteNumber("rms_norm_eps", config.RmsNormEps);
            writer.WriteNumber("rope_theta", config.RopeTheta);
            if (config.Family == DecoderFamily.Mistral)
            {
                Write(writer, "sliding_window", config.SlidingWindow);
            }
            else
            {
                writer.WriteBoolean("attention_bias", false);
                writer.WriteBoolean("mlp_bias", false);
            }

            writer.WriteBoolean("tie_word_embeddings", config.TieWordEmbeddings);
            writer.WriteNumber("vocab_size", config.VocabSize);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private static DecoderFamily Family(ConfigJson json)
    {
        var families = Enum.GetValues<DecoderFamily>();
        var type = json.Find("model_type") is { ValueKind: JsonValueKind.String } element ? element.GetString() : null;
        var index = Array.FindIndex(families, family => ModelType(family) == type);
        return index >= 0
            ? families[index]
            : throw json.Unexpected("model_type", string.Join(" or ", families.Select(family => $"\"{ModelType(family)}\"")));
    }

    private static string ModelType(DecoderFamily family) => family.ToString().ToLowerInvariant();

    // Every other key that transformers' two models look up.
    private static void RequireArchitecture(ConfigJson json)
    {
        json.RequireOrAbsent("hidden_act", "silu");
        json.RequireOrAbsent("attention_bias", false);
        json.RequireOrAbsent("mlp_bias", false);
        json.RequireOrAbsent("is_encoder_decoder", false);
        json.RequireOrAbsent("add_cross_attention", false);
        json.RequireEmptyOrAbsent("layer_types");
        json.RequireEmptyOrAbsent("pruned_heads");
        json.RequireEmptyOrAbsent("quantization_config");
        json.RequireEmptyOrAbsent("compression_config");
        RequireNumber("attention_dropout", 0);
        RequireNumber("partial_rotary_factor", 1);

        void RequireNumber(string key, double expected)
        {
            if (json.Number(key, expected) != expected)
            {
                throw json.Unexpected(key, FormattableString.Invariant($"{expected}"));
            }
        }
    }

    private static int KeyValueHeads(ConfigJson json, DecoderFamily family)
    {
        // Null means the number of query heads in both families.
        var isDefault = family == DecoderFamily.Mistral && !json.Contains("num_key_value_heads");
        return json.Integer("num_key_value_heads", isDefault ? MistralKeyValueHeads : json.Integer("num_attention_heads"));
    }

    private static int HeadDim(ConfigJson json)
    {
        if (json.Find("head_dim") is not null)
        {
            return json.Integer("head_dim");
        }

        // A wrong number of heads is found with the other sizes.
        var heads = Math.Max(json.Integer("num_attention_heads"), 1);
        var hiddenSize = json.Integer("hidden_size");
        return hiddenSize % heads == 0
            ? hiddenSize / heads
            : throw json.Unexpected("hidden_size", $"a multiple of {heads} heads where no head_dim is given");
    }

    // Published files have the base beside the scaling; transformers 5 writes both into rope_parameters.
    private static double RopeTheta(ConfigJson json)
    {
        double? theta = json.Find("rope_theta") is null ? null : json.Number("rope_theta", DefaultRopeTheta);
        foreach (var key in (string[])["rope_scaling", "rope_parameters"])
        {
            if (json.Find(key) is not { } rope)
            {
                continue;
            }

            if (rope.ValueKind != JsonValueKind.Object || !rope.EnumerateObject().All(IsUnscaled))
            {
                throw json.Unexpected(key, FormattableString.Invariant($"type default with the base {theta ?? DefaultRopeTheta}"));
            }
        }

        return theta ?? DefaultRopeTheta;

        bool IsUnscaled(JsonProperty item)
        {
            switch (item.Name)
            {
                case "rope_type" or "type":
                    return item.Value.ValueKind == JsonValueKind.String && item.Value.GetString() == "default";
                case "partial_rotary_factor":
                    return TryNumber(item.Value, out var factor) && factor == 1;
                case "rope_theta" when TryNumber(item.Value, out var found):
                    theta ??= found;
                    return theta == found;
                default:
                    return false;
            }
        }
    }

    private static bool TryNumber(JsonElement element, out double value)
    {
        value = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out value);
    }

    private static int? SlidingWindow(ConfigJson json, DecoderFamily family)
    {
        if (family == DecoderFamily.Mistral)
        {
            return IntegerOrNull(json, "sliding_window", MistralWindow);
        }

        return json.Find("sliding_window") is null ? null : throw json.Unexpected("sliding_window", "none, as Llama has no window");
    }

    private static int? IntegerOrNull(ConfigJson json, string key, int? absent) =>
        json.Find(key) is not null ? json.Integer(key) : json.Contains(key) ? null : absent;

    private static void Write(Utf8JsonWriter writer, string key, int? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(key, number);
        }
        else
        {
            writer.WriteNull(key);
        }
    }
}
