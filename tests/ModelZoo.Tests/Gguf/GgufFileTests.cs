using ModelZoo.Checkpoints;
using ModelZoo.Decoder;
using SpectralExperiments.Tests.ModelZoo.Decoder;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Gguf;

public sealed class GgufFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    private string ModelPath => _folder.File("model.gguf");

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(2, 32)]
    [InlineData(3, 32)]
    [InlineData(3, 8)]
    [InlineData(3, 256)]
    public void Every_type_is_read_by_its_definition(uint version, int alignment)
    {
        var builder = GgufModels.CreateTiny();
        (builder.Version, builder.Alignment) = (version, alignment);
        builder.With("general.alignment", alignment == 32 ? null : (uint)alignment).Write(ModelPath);

        using var file = GgufFile.Open(ModelPath);

        Assert.Equal(GgufModels.Tiny, file.Config);
        Assert.Equal(6, builder.Tensors.Select(tensor => tensor.Type).Distinct().Count());
        Assert.True(GgufComparison.IsRight(file, PlainGguf.Read(File.ReadAllBytes(ModelPath))));
    }

    [Fact]
    public void Values_of_blocks_are_those_of_the_definition()
    {
        // d = 0.5, m = -3; the quants 0 to 15 and back in the low and high halves of the bytes.
        byte[] d = BitConverter.GetBytes((Half)0.5f), m = BitConverter.GetBytes((Half)(-3f));
        var nibbles = Enumerable.Range(0, 16).Select(i => (byte)(i | ((15 - i) << 4))).ToArray();
        var bytes = Enumerable.Range(0, 32).Select(i => unchecked((byte)(sbyte)((8 * i) - 128))).ToArray();
        var quants = Enumerable.Range(0, 32).Select(i => i < 16 ? i : 31 - i).ToArray();

        Assert.Equal(quants.Select(q => (0.5f * q) - 3), Values(GgufTensor.Q4_1, [.. d, .. m, .. nibbles]));
        Assert.Equal(quants.Select(q => 0.5f * (q - 8)), Values(GgufTensor.Q4_0, [.. d, .. nibbles]));
        Assert.Equal(Enumerable.Range(0, 32).Select(i => 0.5f * ((8 * i) - 128)), Values(GgufTensor.Q8_0, [.. d, .. bytes]));
    }

    [Fact]
    public void Many_blocks_are_read_in_parts()
    {
        // More blocks than are read at once, so that the second part has its own place.
        const int Blocks = (1 << 15) + 3;
        var data = Enumerable.Range(0, Blocks).SelectMany(block => (byte[])
            [.. BitConverter.GetBytes((Half)(block % 7)), .. Enumerable.Range(0, 32).Select(i => (byte)((block + i) % 127))]).ToArray();

        var values = Values(GgufTensor.Q8_0, data, rows: Blocks);

        Assert.Equal(32 * Blocks, values.Length);
        Assert.All(values.Index().Where(pair => pair.Index % 1009 == 0 || pair.Index >= 32 * (Blocks - 4)), pair =>
            Assert.Equal(pair.Index / 32 % 7 * (((pair.Index / 32) + (pair.Index % 32)) % 127), pair.Item));
    }

    [Theory]
    [InlineData("llama", "untied")]
    [InlineData("llama", "tied")]
    public void A_converted_model_has_the_weights_of_the_original(string family, string fixture)
    {
        using var original = new DecoderFolder(family, fixture);
        var config = DecoderConfigJson.Read(original.Config);
        GgufModels.Create(config, original.Tensors).Write(ModelPath);

        using var checkpoint = DecoderCheckpoint.Open(ModelPath);

        Assert.Equal(config, checkpoint.Config);
        Assert.Equal(fixture == "tied", checkpoint.Config.TieWordEmbeddings);
        Assert.All(original.Tensors, pair =>
            Assert.Equal(pair.Value.bytes.ToArray(), checkpoint.Weights.Read(pair.Key).bytes.ToArray()));
    }

    [Fact]
    public void The_only_GGUF_of_a_folder_is_read_with_its_config()
    {
        using var folder = DecoderFolder.Untied;
        GgufModels.Create(DecoderConfigJson.Read(folder.Config), folder.Tensors).Write(Path.Combine(folder.Root, "m.gguf"));
        File.Delete(folder.Weights);
        using (var checkpoint = DecoderCheckpoint.Open(folder.With("initializer_range", "0.5").Root))
        {
            Assert.Equal(0.5, checkpoint.Config.InitializerRange);
            Assert.Equal(21, checkpoint.Weights.Names.Count(name => name.Contains("proj")));
        }

        folder.With("rope_theta", "10000.0");

        Assert.Equal(
            $"{folder.Config}: found rope_theta 10000, expected 500000 of {Path.Combine(folder.Root, "m.gguf")}.", folder.Refused());
    }

    [Fact]
    public void Absent_metadata_have_the_values_of_the_format()
    {
        GgufModels.CreateTiny().With("llama.vocab_size", null).With("llama.attention.head_count_kv", null)
            .With("llama.rope.freq_base", null).With("llama.rope.dimension_count", null)
            .With("tokenizer.ggml.padding_token_id", null).Write(ModelPath);

        using var file = GgufFile.Open(ModelPath);

        Assert.Equal(GgufModels.Tiny with { NumKeyValueHeads = 4, RopeTheta = 10_000, PadTokenId = null }, file.Config);
    }

    [Fact]
    public void Metadata_with_the_values_of_the_model_are_accepted()
    {
        GgufModels.CreateTiny().With("llama.rope.scaling.type", "none").With("llama.rope.scaling.factor", 1f).With("split.count", 1u)
            .With("llama.expert_count", 0u).With("llama.attention.key_length", 8ul).With("llama.attention.value_length", 8)
            .With("llama.attention.sliding_window", 12u).With("llama.attention.layer_norm_rms_epsilon", 1e-5).Write(ModelPath);

        using var file = GgufFile.Open(ModelPath);

        Assert.Equal(GgufModels.Tiny with { SlidingWindow = 12 }, file.Config);
    }

    [Fact]
    public void A_tensor_that_the_model_has_not_is_named_by_the_checkpoint()
    {
        var builder = GgufModels.CreateTiny();
        builder.Tensors.Add(new("rope_freqs.weight", GgufTensor.F32, [4], new byte[16]));
        builder.Write(ModelPath);

        Assert.Contains("'rope_freqs.weight': found shape [4], expected no such key",
            Assert.Throws<InvalidDataException>(() => DecoderCheckpoint.Open(ModelPath)).Message);
    }

    private float[] Values(uint type, byte[] data, int rows = 1)
    {
        var builder = GgufModels.CreateTiny();
        builder.Tensors.Add(new("x", type, [32, (ulong)rows], data));
        builder.Write(ModelPath);
        using var file = GgufFile.Open(ModelPath);
        return file.Read("x").data<float>().ToArray();
    }
}
