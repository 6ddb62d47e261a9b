using ModelZoo.Checkpoints;

namespace SpectralExperiments.Tests.ModelZoo.Gguf;

/// <summary>GGUF files that are damaged, of another kind or of another model: refused with file, key, found and expected.</summary>
public sealed class GgufRefusalTests : IDisposable
{
    private const string Value = "blk.0.attn_v.weight";

    private readonly TemporaryFolder _folder = new();

    private string ModelPath => _folder.File("model.gguf");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("general.architecture", "qwen2", "found 'qwen2', expected 'llama'")]
    [InlineData("general.architecture", null, "found nothing, expected 'llama'")]
    [InlineData("general.type", "adapter", "found 'adapter', expected 'model'")]
    [InlineData("general.quantization_version", 1u, "found 1, expected 2")]
    [InlineData("general.alignment", 0u, "found 0, expected a power of two of at least 8")]
    [InlineData("general.alignment", 4u, "found 4, expected a power of two of at least 8")]
    [InlineData("general.alignment", 48u, "found 48, expected a power of two")]
    [InlineData("split.count", 2u, "found 2, expected 1")]
    [InlineData("llama.rope.scaling.type", "linear", "found 'linear', expected 'none'")]
    [InlineData("llama.rope.scaling.type", "yarn", "found 'yarn', expected 'none'")]
    [InlineData("llama.rope.scaling.factor", 4f, "found 4, expected 1")]
    [InlineData("llama.rope.scale_linear", 2f, "found 2, expected 1")]
    [InlineData("llama.rope.scaling.original_context_length", 8192u, "found 8192, expected no such key")]
    [InlineData("llama.rope.dimension_count", 4u, "found 4, expected 8")]
    [InlineData("llama.attention.value_length", 16u, "found 16, expected 8")]
    [InlineData("llama.attention.scale", 0.5f, "found 0.5, expected no such key")]
    [InlineData("llama.logit_scale", 0.5f, "found 0.5, expected no such key")]
    [InlineData("llama.expert_count", 8u, "found 8, expected 0")]
    [InlineData("llama.tensor_data_layout", "other", "found 'other', expected 'Meta AI original pth'")]
    [InlineData("llama.block_count", null, "found nothing, expected an integer")]
    [InlineData("llama.block_count", "one", "found 'one', expected an integer of 32 bits")]
    [InlineData("llama.block_count", ulong.MaxValue, "found 18446744073709551615, expected an integer of 32 bits")]
    [InlineData("llama.attention.head_count", new[] { 4, 4 }, "found an array of 2 items, expected an integer of 32 bits")]
    [InlineData("llama.embedding_length", 30u, "found 30, expected a multiple of 4 heads where no key_length is given")]
    [InlineData("llama.attention.layer_norm_rms_epsilon", float.NaN, "found NaN, expected a finite number")]
    public void Metadata_that_change_the_result_are_refused_by_name(string key, object? value, string message)
    {
        Assert.Contains($"metadata '{key}': {message}", Refused(GgufModels.CreateTiny().With(key, value)));
    }

    [Theory]
    [InlineData("llama.attention.head_count", 0u, "NumAttentionHeads: found 0")]
    [InlineData("llama.rope.freq_base", -1f, "RopeTheta: found -1")]
    [InlineData("tokenizer.ggml.eos_token_id", 5u, "EosTokenId: found 5, expected an id below 5")]
    public void Impossible_sizes_are_refused(string key, object value, string message) =>
        Assert.Contains(message, Refused(GgufModels.CreateTiny().With("llama.rope.dimension_count", null).With(key, value)));

    [Fact]
    public void An_unknown_type_of_tensor_is_named_with_those_that_are_read()
    {
        Assert.Contains($"tensor '{Value}': found elements of type 12 (Q4_K), expected one of F32, F16, BF16, Q8_0, Q4_0, Q4_1.",
            Refused(GgufModels.CreateTiny().Change(Value, tensor => tensor with { Type = 12 })));
        Assert.Contains($"tensor '{Value}': found elements of type 99, expected",
            Refused(GgufModels.CreateTiny().Change(Value, tensor => tensor with { Type = 99 })));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(0x03000000)]
    public void Another_version_is_refused(uint version)
    {
        var builder = GgufModels.CreateTiny();
        builder.Version = version;

        Assert.Contains($"found version {version}, expected GGUF version 2 or 3", Refused(builder));
    }

    [Fact]
    public void A_file_of_another_kind_is_refused()
    {
        foreach (var text in (string[])["", "GGU", "GGML0000"])
        {
            File.WriteAllText(ModelPath, text);

            Assert.StartsWith($"{ModelPath}: found no GGUF", Assert.Throws<InvalidDataException>(() => GgufFile.Open(ModelPath)).Message);
        }

        Assert.Throws<FileNotFoundException>(() => GgufFile.Open(_folder.File("none.gguf")));
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        var builder = GgufModels.CreateTiny();
        builder.Tensors.RemoveRange(4, builder.Tensors.Count - 5);
        var (headerLength, bytes) = builder.Build();

        // The last tensor ends at a multiple of the alignment.
        Assert.Equal(0, builder.Tensors[^1].Data.Length % builder.Alignment);
        for (var length = 0; length < bytes.Length; length += length < headerLength ? 1 : 61)
        {
            File.WriteAllBytes(ModelPath, bytes[..length]);

            Assert.StartsWith(ModelPath, Assert.Throws<InvalidDataException>(() => GgufFile.Open(ModelPath)).Message);
        }

        File.WriteAllBytes(ModelPath, bytes);
        GgufFile.Open(ModelPath).Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(1000)]
    public void A_wrong_count_is_refused(int extra)
    {
        var tensors = GgufModels.CreateTiny();
        tensors.ExtraTensors = extra;
        var pairs = GgufModels.CreateTiny();
        pairs.ExtraPairs = extra;

        Refused(tensors);
        Refused(pairs);
    }

    [Theory]
    [InlineData(1, "expected a multiple of the alignment 32")]
    [InlineData(-32, "(an overlap), expected")]
    [InlineData(32, "(a gap), expected")]
    public void A_place_that_does_not_fit_is_refused(int shift, string message)
    {
        var builder = GgufModels.CreateTiny();
        var index = builder.Tensors.FindIndex(tensor => tensor.Name == Value);
        var begin = builder.Tensors.Take(index).Sum(tensor => (tensor.Data.Length + 31) / 32 * 32);
        builder.Change(Value, tensor => tensor with { Offset = (ulong)(begin + shift) });

        Assert.Contains(message, Refused(builder));
    }

    [Fact]
    public void A_tensor_beyond_the_file_is_refused()
    {
        var builder = GgufModels.CreateTiny();
        builder.Change("output_norm.weight", tensor => tensor with { Sizes = [4096] });

        Assert.Contains("tensor 'output_norm.weight': found its end at byte", Refused(builder));
    }

    [Fact]
    public void Bytes_behind_the_last_tensor_are_refused()
    {
        File.WriteAllBytes(ModelPath, [.. GgufModels.CreateTiny().Build().File, .. new byte[32]]);

        Assert.Contains("the end of the last of 11 tensors", Assert.Throws<InvalidDataException>(() => GgufFile.Open(ModelPath)).Message);
    }

    [Fact]
    public void Shapes_that_cannot_be_are_refused()
    {
        ulong[][] shapes = [[], [1, 1, 1, 1, 1], [0, 16], [ulong.MaxValue, 2], [1UL << 62, 1UL << 62], [16, 32], [31, 16]];
        foreach (var sizes in shapes)
        {
            Assert.Contains($"tensor '{Value}': found",
                Refused(GgufModels.CreateTiny().Change(Value, tensor => tensor with { Type = GgufTensor.Q8_0, Sizes = sizes })));
        }
    }

    [Fact]
    public void Rows_that_are_no_rotary_pairs_are_refused()
    {
        const string query = "blk.0.attn_q.weight";
        var builder = GgufModels.CreateTiny().Change(query, _ => new(query, GgufTensor.F32, [4, 12], new byte[192]));

        Assert.Contains($"tensor '{query}': found shape [12, 4], expected rows in rotary pairs of 4 heads", Refused(builder));
    }

    [Fact]
    public void Names_that_stand_twice_are_refused()
    {
        var builder = GgufModels.CreateTiny();
        builder.Tensors.Add(new(Value, GgufTensor.F32, [1], new byte[4]));
        Assert.Contains($"tensor '{Value}': found twice, expected once", Refused(builder));

        builder = GgufModels.CreateTiny();
        builder.Tensors.Add(new("model.norm.weight", GgufTensor.F32, [1], new byte[4]));
        Assert.Contains("tensor 'model.norm.weight': found 'output_norm.weight' too", Refused(builder));

        builder = GgufModels.CreateTiny();
        builder.Metadata.Add(builder.Metadata[0]);
        Assert.Contains("metadata 'general.architecture': found twice", Refused(builder));
    }

    [Fact]
    public void Values_of_unknown_types_and_texts_that_are_not_UTF_8_are_refused()
    {
        Assert.Contains("metadata 'x': found a value of type 13", Refused(With("x", 13, [0])));
        Assert.Contains("metadata 'x': found 2 as a truth value", Refused(With("x", 7, [2])));
        Assert.Contains("metadata 'x': found text that is not UTF-8", Refused(With("x", 8, [1, 0, 0, 0, 0, 0, 0, 0, 255])));
        Assert.Contains("metadata 'x': found an array of type 9", Refused(With("x", 9, [9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])));
        Assert.Contains("metadata 'x': found a text of 4294967296 bytes", Refused(With("x", 8, [0, 0, 0, 0, 1, 0, 0, 0])));

        static GgufBuilder With(string key, uint type, byte[] bytes)
        {
            var builder = GgufModels.CreateTiny();
            builder.Metadata.Add((key, type, bytes));
            return builder;
        }
    }

    private string Refused(GgufBuilder builder)
    {
        builder.Write(ModelPath);
        var error = Assert.Throws<InvalidDataException>(() => GgufFile.Open(ModelPath)).Message;
        Assert.StartsWith(ModelPath, error);
        return error;
    }
}
