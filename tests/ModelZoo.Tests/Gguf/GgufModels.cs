using ModelZoo.Decoder;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Gguf;

/// <summary>Models as llama.cpp's converter writes them.</summary>
internal static class GgufModels
{
    // By Hugging Face's names within a layer.
    private static readonly Dictionary<string, string> Modules = new()
    {
        ["input_layernorm"] = "attn_norm", ["post_attention_layernorm"] = "ffn_norm", ["self_attn.q_proj"] = "attn_q",
        ["self_attn.k_proj"] = "attn_k", ["self_attn.v_proj"] = "attn_v", ["self_attn.o_proj"] = "attn_output",
        ["mlp.gate_proj"] = "ffn_gate", ["mlp.up_proj"] = "ffn_up", ["mlp.down_proj"] = "ffn_down",
    };

    /// <summary>One layer with a tensor of every type, whose bytes are drawn; the head is tied to the embedding.</summary>
    public static DecoderConfig Tiny { get; } = new()
    {
        Family = DecoderFamily.Llama, VocabSize = 5, HiddenSize = 32, IntermediateSize = 64, NumHiddenLayers = 1, NumAttentionHeads = 4,
        NumKeyValueHeads = 2, HeadDim = 8, MaxPositionEmbeddings = 64, RopeTheta = 500_000, RmsNormEps = 1e-5, TieWordEmbeddings = true,
        BosTokenId = 1, EosTokenId = 2, PadTokenId = 0,
    };

    public static GgufBuilder CreateTiny()
    {
        var builder = new GgufBuilder();
        AddMetadata(builder, Tiny);
        var random = new Random(5);
        uint[] types = [GgufTensor.Q8_0, GgufTensor.Q4_1, GgufTensor.Q4_0, GgufTensor.F16, GgufTensor.BF16, GgufTensor.F32];
        foreach (var ((name, shape), k) in DecoderShapes.Of(Tiny).Select((pair, k) => (pair, k)))
        {
            var type = shape.Length == 1 ? GgufTensor.F32 : types[k % types.Length];
            builder.Tensors.Add(new(Name(name), type, [.. shape.Reverse().Select(size => (ulong)size)], Bytes(type, shape, random)));
        }

        return builder;
    }

    /// <summary>A model of float32 weights: query and key rows go from halves to rotary pairs.</summary>
    public static GgufBuilder Create(DecoderConfig config, IReadOnlyDictionary<string, Tensor> tensors)
    {
        using var scope = torch.NewDisposeScope();
        var builder = new GgufBuilder();
        AddMetadata(builder, config);
        foreach (var (name, tensor) in tensors)
        {
            var heads = name.Contains("q_proj") ? config.NumAttentionHeads : name.Contains("k_proj") ? config.NumKeyValueHeads : 0;
            var shape = tensor.shape;
            var stored = heads == 0
                ? tensor
                : tensor.view(heads, 2, shape[0] / heads / 2, shape[1]).transpose(1, 2).contiguous().view(shape);
            builder.Tensors.Add(new(
                Name(name), GgufTensor.F32, [.. shape.Reverse().Select(size => (ulong)size)], stored.bytes.ToArray()));
        }

        return builder;
    }

    /// <summary>The name in the file.</summary>
    public static string Name(string name) => name switch
    {
        "model.embed_tokens.weight" => "token_embd.weight",
        "model.norm.weight" => "output_norm.weight",
        "lm_head.weight" => "output.weight",
        _ => name.Split('.', 4) is ["model", "layers", var layer, var rest]
            && Modules.TryGetValue(rest.Replace(".weight", ""), out var module)
            ? $"blk.{layer}.{module}.weight"
            : name,
    };

    private static void AddMetadata(GgufBuilder builder, DecoderConfig config) => builder
        .With("general.architecture", "llama")
        .With("general.type", "model")
        .With("general.name", "Tiny é")
        .With("general.quantization_version", 2u)
        .With("llama.block_count", (uint)config.NumHiddenLayers)
        .With("llama.context_length", (uint)config.MaxPositionEmbeddings)
        .With("llama.embedding_length", (uint)config.HiddenSize)
        .With("llama.feed_forward_length", (uint)config.IntermediateSize)
        .With("llama.attention.head_count", (uint)config.NumAttentionHeads)
        .With("llama.attention.head_count_kv", (uint)config.NumKeyValueHeads)
        .With("llama.rope.freq_base", (float)config.RopeTheta)
        .With("llama.rope.dimension_count", (uint)config.HeadDim)
        .With("llama.attention.layer_norm_rms_epsilon", (float)config.RmsNormEps)
        .With("llama.vocab_size", (uint)config.VocabSize)
        .With("tokenizer.ggml.tokens", new[] { "a", "é", "", "d", "e" })
        .With("tokenizer.ggml.token_type", new[] { 1, 1, 1, 3, 3 })
        .With("tokenizer.ggml.add_bos_token", true)
        .With("tokenizer.ggml.bos_token_id", (uint)config.BosTokenId!)
        .With("tokenizer.ggml.eos_token_id", (uint)config.EosTokenId!)
        .With("tokenizer.ggml.padding_token_id", (uint)config.PadTokenId!);

    private static byte[] Bytes(uint type, long[] shape, Random random)
    {
        var count = (int)shape.Aggregate(1L, (product, size) => product * size);
        var values = Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1).ToArray();
        return type switch
        {
            GgufTensor.F32 => [.. values.SelectMany(BitConverter.GetBytes)],
            GgufTensor.F16 => [.. values.SelectMany(value => BitConverter.GetBytes((Half)value))],
            GgufTensor.BF16 => [.. values.SelectMany(value => BitConverter.GetBytes(value)[2..])],
            GgufTensor.Q8_0 => [.. Blocks(1, 32)],
            GgufTensor.Q4_0 => [.. Blocks(1, 16)],
            _ => [.. Blocks(2, 16)],
        };

        IEnumerable<byte> Blocks(int scales, int quants)
        {
            var buffer = new byte[quants];
            for (var block = 0; block < count / 32; block++)
            {
                random.NextBytes(buffer);
                for (var scale = 0; scale < scales; scale++)
                {
                    foreach (var part in BitConverter.GetBytes((Half)((random.NextSingle() * 2) - 1)))
                    {
                        yield return part;
                    }
                }

                foreach (var quant in buffer)
                {
                    yield return quant;
                }
            }
        }
    }
}
