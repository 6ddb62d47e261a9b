using System.Globalization;
using Bench.Decoders;
using ModelZoo.Checkpoints;
using ModelZoo.Decoder;
using SpectralExperiments.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace Bench.Tests;

/// <summary>The decoder benchmark's sides at a tiny size, and the GGUF files that it writes.</summary>
public sealed class DecoderTests
{
    private static readonly DecoderConfig Tiny = DecoderConfig.SmolLm2_135M with
    {
        VocabSize = 50,
        HiddenSize = 32,
        IntermediateSize = 48,
        NumHiddenLayers = 2,
        NumAttentionHeads = 4,
        NumKeyValueHeads = 2,
        HeadDim = 8,
        PadTokenId = null,
        BosTokenId = 1,
        EosTokenId = 2,
    };

    public static TheoryData<string, bool, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, bool, bool>();
            foreach (var method in DecoderMethods.All)
            {
                cases.Add(method.Method, false, method.Method == "lora");
                cases.Add(method.Method, true, false);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_method_answers_every_batch(string method, bool isBfloat16, bool recompute)
    {
        set_num_threads(1);
        var (config, type) = (DecoderMethods.All[DecoderMethods.IndexOf(method)], isBfloat16 ? ScalarType.BFloat16 : ScalarType.Float32);
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        Assert.Equal(0, DecoderPeer.Serve(new StringReader("2 5\n3 7\n"), output, Tiny, config, type, recompute));

        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        using var training = new DecoderTraining(Tiny, config, type, recompute);
        Assert.Equal(training.TrainableCount, long.Parse(lines[0], CultureInfo.InvariantCulture));
        Assert.All(
            lines[1..], line => Assert.All(line.Split(' '), number => Assert.True(double.Parse(number, CultureInfo.InvariantCulture) > 0)));
        Assert.InRange(training.Step(2, 5), 3, 5);
    }

    /// <summary>The floor counts the same products, of which a step's parts do no fewer and few more.</summary>
    [Fact]
    public void Parts_of_a_step_are_measured_and_have_the_floors_products()
    {
        using (var parts = new DecoderParts(DecoderConfig.SmolLm2_135M, batch: 4, length: 256))
        {
            Assert.InRange(parts.All.Sum(part => part.Gflop), DecoderBenchmark.Floor * 0.98, DecoderBenchmark.Floor * 1.05);
        }

        using var tiny = new DecoderParts(Tiny, 2, 8);
        Assert.All(tiny.All, part =>
        {
            part.Measure();
            Assert.InRange(part.Milliseconds, double.Epsilon, double.MaxValue);
        });
    }

    [WeightsFact("smollm2-135m-instruct")]
    public void A_copied_GGUF_has_the_weights_and_the_metadata_of_the_quantised_file()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var source = DecoderWeights.Find()!;
        using var original = GgufFile.Open(source);
        foreach (var type in (ScalarType[])[ScalarType.Float32, ScalarType.BFloat16])
        {
            var path = folder.File($"{type}.gguf");
            GgufCopy.Write(source, path, type);

            using var copy = GgufFile.Open(path);
            Assert.Equal(original.Config, copy.Config);
            Assert.Equal(original.Names, copy.Names);
            string[] names =
            [
                "model.embed_tokens.weight", "model.layers.3.self_attn.q_proj.weight", "model.layers.29.self_attn.k_proj.weight",
                "model.layers.7.mlp.down_proj.weight", "model.norm.weight",
            ];
            Assert.All(names, name =>
            {
                using var tensors = NewDisposeScope();
                var expected = original.Read(name);
                var found = copy.Read(name);
                Assert.Equal(expected.dim() == 1 ? ScalarType.Float32 : type, found.dtype);
                Assert.True(expected.to_type(found.dtype).equal(found).all().item<bool>(), name);
            });
        }
    }
}
