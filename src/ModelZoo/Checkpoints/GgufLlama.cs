using System.Globalization;
using ModelZoo.Decoder;

namespace ModelZoo.Checkpoints;

/// <summary>The Llama architecture in GGUF files: its metadata and the names of its tensors.</summary>
internal static class GgufLlama
{
    private const string Architecture = "llama";
    private const string Prefix = "llama.";
    private const string Embedding = "token_embd.weight";
    private const string Head = "output.weight";
    private const string Query = "attn_q";
    private const string Key = "attn_k";

    // All that are read or have one value here; any other key of the architecture might change what the model computes.
    private static readonly HashSet<string> KnownKeys =
    [
        "llama.vocab_size", "llama.embedding_length", "llama.feed_forward_length", "llama.block_count", "llama.context_length",
        "llama.attention.head_count", "llama.attention.head_count_kv", "llama.attention.key_length", "llama.attention.value_length",
        "llama.attention.layer_norm_rms_epsilon", "llama.attention.sliding_window", "llama.rope.freq_base", "llama.rope.dimension_count",
        "llama.rope.scaling.type", "llama.rope.scaling.factor", "llama.rope.scale_linear", "llama.expert_count",
        "llama.expert_used_count", "llama.tensor_data_layout",
    ];

    private static readonly Dictionary<string, string> Modules = new()
    {
        ["attn_norm"] = "input_layernorm",
        ["ffn_norm"] = "post_attention_layernorm",
        [Query] = "self_attn.q_proj",
        [Key] = "self_attn.k_proj",
        ["attn_v"] = "self_attn.v_proj",
        ["attn_output"] = "self_attn.o_proj",
        ["ffn_gate"] = "mlp.gate_proj",
        ["ffn_up"] = "mlp.up_proj",
        ["ffn_down"] = "mlp.down_proj",
    };

    /// <summary>Hugging Face's name of a tensor; a name that the architecture has not stays as it is.</summary>
    public static string Name(string name) => name switch
    {
        Embedding => "model.embed_tokens.weight",
        "output_norm.weight" => "model.norm.weight",
        Head => "lm_head.weight",
        _ => Part(name) is { } part && Modules.TryGetValue(part.Module, out var module)
            ? $"model.layers.{part.Layer}.{module}.weight"
            : name,
    };

    /// <summary>The number of heads whose rows lie in rotary pairs, (2i, 2i + 1), in a tensor of the file; null where none do.</summary>
    public static int? RotaryHeads(string name, DecoderConfig config) => Part(name)?.Module switch
    {
        Query => config.NumAttentionHeads,
        Key => config.NumKeyValueHeads,
        _ => null,
    };

    /// <summary>The sizes that the header states. The family is Llama's, whose architecture a Mistral has in GGUF too.</summary>
    /// <exception cref="InvalidDataException">The model is another one, or its rotary embeddings are scaled.</exception>
    public static DecoderConfig Config(GgufHeader header)
    {
        var metadata = header.Metadata;
        RequireArchitecture(header);
        var hiddenSize = metadata.Integer("llama.embedding_length");
        var heads = metadata.Integer("llama.attention.head_count");

        // A wrong number of heads is found with the other sizes.
        var headDim = metadata.IntegerOrNull("llama.attention.key_length")
            ?? (hiddenSize % Math.Max(heads, 1) == 0
                ? hiddenSize / Math.Max(heads, 1)
                : throw metadata.Unexpected("llama.embedding_length", $"a multiple of {heads} heads where no key_length is given"));
        metadata.RequireOrAbsent("llama.attention.value_length", headDim);
        metadata.RequireOrAbsent("llama.rope.dimension_count", headDim);
        return new DecoderConfig
        {
            Family = DecoderFamily.Llama,
            VocabSize = VocabSize(header),
            HiddenSize = hiddenSize,
            IntermediateSize = metadata.Integer("llama.feed_forward_length"),
            NumHiddenLayers = metadata.Integer("llama.block_count"),
            NumAttentionHeads = heads,
            NumKeyValueHeads = metadata.Integer("llama.attention.head_count_kv", heads),
            HeadDim = headDim,
            MaxPositionEmbeddings = metadata.Integer("llama.context_length"),
            RopeTheta = metadata.Number("llama.rope.freq_base", 10_000),
            RmsNormEps = metadata.Number("llama.attention.layer_norm_rms_epsilon"),
            TieWordEmbeddings = !header.Entries.ContainsKey(Head),
            SlidingWindow = metadata.Integer("llama.attention.sliding_window", 0) is var window and not 0 ? window : null,
            BosTokenId = metadata.IntegerOrNull("tokenizer.ggml.bos_token_id"),
            EosTokenId = metadata.IntegerOrNull("tokenizer.ggml.eos_token_id"),
            PadTokenId = metadata.IntegerOrNull("tokenizer.ggml.padding_token_id"),
        };
    }

    private static void RequireArchitecture(GgufHeader header)
    {
        var metadata = header.Metadata;
        metadata.Require("general.architecture", Architecture);
        metadata.RequireOrAbsent("general.type", "model");
        metadata.RequireOrAbsent("split.count", 1);
        if (header.Entries.Values.Any(entry => entry.Type.IsQuantised))
        {
            // Since version 2 the scales of blocks have 16 bits.
            metadata.RequireOrAbsent("general.quantization_version", 2);
        }

        metadata.RequireOrAbsent("llama.rope.scaling.type", "none");
        metadata.RequireOrAbsent("llama.rope.scaling.factor", 1);
        metadata.RequireOrAbsent("llama.rope.scale_linear", 1);
        metadata.RequireOrAbsent("llama.expert_count", 0);
        metadata.RequireOrAbsent("llama.expert_used_count", 0);
        metadata.RequireOrAbsent("llama.tensor_data_layout", "Meta AI original pth");
        var ownKeys = metadata.Keys.Where(key => key.StartsWith(Prefix, StringComparison.Ordinal));
        if (ownKeys.FirstOrDefault(key => !KnownKeys.Contains(key)) is { } unknown)
        {
            throw metadata.Unexpected(unknown, "no such key, as it may change what the model computes");
        }
    }

    private static int VocabSize(GgufHeader header)
    {
        var rows = header.Entries.TryGetValue(Embedding, out var entry) && entry.Shape[0] <= int.MaxValue ? (int?)entry.Shape[0] : null;
        return header.Metadata.Integer("llama.vocab_size", rows);
    }

    // blk.LAYER.MODULE.weight
    private static (string Layer, string Module)? Part(string name) =>
        name.Split('.') is ["blk", var layer, var module, "weight"]
            && int.TryParse(layer, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && layer == number.ToString(CultureInfo.InvariantCulture)
            ? (layer, module)
            : null;
}
