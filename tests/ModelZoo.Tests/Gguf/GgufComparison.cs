using System.Globalization;
using ModelZoo.Checkpoints;
using ModelZoo.Decoder;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Gguf;

/// <summary>Compares what the project reads of a GGUF file with <see cref="PlainGguf"/>.</summary>
internal static class GgufComparison
{
    // Keys of the architecture that have one value or none, and say nothing then.
    private static readonly Dictionary<string, object> Fixed = new()
    {
        ["llama.rope.scaling.type"] = "none", ["llama.rope.scaling.factor"] = 1.0, ["llama.rope.scale_linear"] = 1.0,
        ["llama.expert_count"] = 0.0, ["llama.expert_used_count"] = 0.0, ["llama.tensor_data_layout"] = "Meta AI original pth",
        ["general.type"] = "model", ["general.quantization_version"] = 2.0, ["split.count"] = 1.0,
    };

    /// <summary>Whether names, shapes, values and sizes are those of the second reading.</summary>
    public static bool IsRight(GgufFile file, PlainGguf plain)
    {
        using var scope = torch.NewDisposeScope();
        return file.Config == Config(plain)
            && Fixed.All(pair => !plain.Metadata.TryGetValue(pair.Key, out var value) || Same(value, pair.Value))
            && plain.Metadata["general.architecture"] is "llama"
            && file.Names.Select(GgufModels.Name).SequenceEqual(plain.Tensors.Keys)
            && file.Names.All(name => IsRight(file, name, plain));
    }

    private static bool IsRight(GgufFile file, string name, PlainGguf plain)
    {
        var (shape, value) = plain.Tensors[GgufModels.Name(name)];
        var heads = name.EndsWith("q_proj.weight") ? file.Config.NumAttentionHeads
            : name.EndsWith("k_proj.weight") ? file.Config.NumKeyValueHeads : 0;
        var read = file.Read(name);
        var values = read.to_type(ScalarType.Float32).data<float>().ToArray();
        if (read.dtype != file.Dtype(name) || !read.shape.SequenceEqual(shape) || !file.Shape(name).SequenceEqual(shape))
        {
            return false;
        }

        for (long i = 0; i < values.Length; i++)
        {
            // NaN equals itself here.
            if (!values[i].Equals(value(heads == 0 ? i : InPairs(i, shape, heads))))
            {
                return false;
            }
        }

        return true;
    }

    // Where an element of the halves lies among the pairs.
    private static long InPairs(long i, long[] shape, int heads)
    {
        var (row, column, d) = (i / shape[1], i % shape[1], shape[0] / heads);
        var (head, k) = (row / d, row % d);
        var pair = k < d / 2 ? 2 * k : (2 * (k - (d / 2))) + 1;
        return (((head * d) + pair) * shape[1]) + column;
    }

    private static DecoderConfig Config(PlainGguf plain)
    {
        var heads = Whole("llama.attention.head_count")!.Value;
        var headDim = Whole("llama.attention.key_length") ?? Whole("llama.embedding_length")!.Value / heads;
        return new DecoderConfig
        {
            Family = DecoderFamily.Llama,
            VocabSize = Whole("llama.vocab_size") ?? (int)plain.Tensors["token_embd.weight"].Shape[0],
            HiddenSize = Whole("llama.embedding_length")!.Value,
            IntermediateSize = Whole("llama.feed_forward_length")!.Value,
            NumHiddenLayers = Whole("llama.block_count")!.Value,
            NumAttentionHeads = heads,
            NumKeyValueHeads = Whole("llama.attention.head_count_kv") ?? heads,
            HeadDim = (Whole("llama.attention.value_length") ?? headDim) == headDim
                && (Whole("llama.rope.dimension_count") ?? headDim) == headDim ? headDim : -1,
            MaxPositionEmbeddings = Whole("llama.context_length")!.Value,
            RopeTheta = Number("llama.rope.freq_base") ?? 10_000,
            RmsNormEps = Number("llama.attention.layer_norm_rms_epsilon")!.Value,
            TieWordEmbeddings = !plain.Tensors.ContainsKey("output.weight"),
            SlidingWindow = Whole("llama.attention.sliding_window") is var window and not 0 ? window : null,
            BosTokenId = Whole("tokenizer.ggml.bos_token_id"),
            EosTokenId = Whole("tokenizer.ggml.eos_token_id"),
            PadTokenId = Whole("tokenizer.ggml.padding_token_id"),
        };

        int? Whole(string key) => plain.Metadata.TryGetValue(key, out var value) ? Convert.ToInt32(value) : null;

        double? Number(string key) => plain.Metadata.TryGetValue(key, out var value)
            ? double.Parse(Convert.ToString(value, CultureInfo.InvariantCulture)!, CultureInfo.InvariantCulture)
            : null;
    }

    private static bool Same(object value, object expected) =>
        expected is double number ? Convert.ToDouble(value) == number : value.Equals(expected);
}
