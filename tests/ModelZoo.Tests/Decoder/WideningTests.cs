using ModelZoo.Decoder;
using SpectralAdapters;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Decoder;

/// <summary>bfloat16 weights under float32 hidden states: what a float32 model with the same values computes.</summary>
public sealed class WideningTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public WideningTests()
    {
        using var model = SmallDecoder.Create();
        model.Save(_folder.Root, ScalarType.BFloat16);
    }

    // The base's own gradients are rounded to its element type.
    public static TheoryData<string> Methods =>
        [.. AdapterRegistry.Methods.Where(method => !method.Default.TrainsBase).Select(method => method.Name)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Methods))]
    public void Losses_and_gradients_are_those_of_the_widened_model_bit_for_bit(string method)
    {
        foreach (var dropout in (double[])[0, 0.3])
        {
            using var scope = NewDisposeScope();
            using var wide = DecoderForCausalLm.Load(_folder.Root);
            using var mixed = DecoderForCausalLm.Load(_folder.Root, ScalarType.BFloat16, ScalarType.Float32);
            using var again = DecoderForCausalLm.Load(_folder.Root, ScalarType.BFloat16, ScalarType.Float32);
            again.Model.Recompute = true;
            var expected = MethodSteps.Run(wide, method, dropout);

            Assert.All([MethodSteps.Run(mixed, method, dropout), MethodSteps.Run(again, method, dropout)], found =>
            {
                Assert.Equal(expected.Losses, found.Losses);
                Assert.NotEmpty(found.Gradients);
                Assert.All(
                    expected.Gradients, pair => Assert.True(pair.Value.equal(found.Gradients[pair.Key]).all().item<bool>(), pair.Key));
            });
            Assert.All(mixed.parameters(), parameter => Assert.Equal(ScalarType.BFloat16, parameter.dtype));
        }
    }

    [Fact]
    public void Full_fine_tuning_has_the_gradients_rounded_to_the_weights_type()
    {
        using var scope = NewDisposeScope();
        using var wide = DecoderForCausalLm.Load(_folder.Root);
        using var mixed = DecoderForCausalLm.Load(_folder.Root, ScalarType.BFloat16, ScalarType.Float32);
        var (ids, labels) = (SmallDecoder.Ids(2, 16), SmallDecoder.Ids(2, 16)); // [B, T] each

        Assert.Equal(Loss(wide), Loss(mixed));
        var expected = wide.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter.grad!);
        Assert.All(mixed.named_parameters(), pair =>
        {
            Assert.Equal(ScalarType.BFloat16, pair.parameter.grad!.dtype);
            // A token's row of the embedding is a sum over its places, rounded at each.
            var absolute = pair.name.Contains("embed") ? expected[pair.name].abs().max().item<float>() / 256 : 1e-6;
            TensorAssert.Close(expected[pair.name], pair.parameter.grad!.to_type(ScalarType.Float32), absolute, 1.0 / 256, pair.name);
        });

        float Loss(DecoderForCausalLm model)
        {
            var loss = model.Loss(ids, null, labels); // []
            loss.backward();
            return loss.item<float>();
        }
    }

    [Fact]
    public void Text_is_generated_with_a_cache_in_the_hidden_states_type()
    {
        using var scope = NewDisposeScope();
        using var wide = DecoderForCausalLm.Load(_folder.Root);
        using var mixed = DecoderForCausalLm.Load(_folder.Root, ScalarType.BFloat16, ScalarType.Float32);
        Assert.Equal((ScalarType.Float32, ScalarType.Float32), (wide.Model.HiddenType, mixed.Model.HiddenType));

        // Sixteen sequences at once: no product has few rows.
        int[][] prompts = [.. Enumerable.Range(0, 16).Select(row => Enumerable.Range(row, 9).Select(id => id * 5 % 97).ToArray())];
        var config = new GenerationConfig { MaxNewTokens = 12 };

        Assert.Equal(
            GreedyGenerator.Generate(wide, prompts, config).Select(sequence => sequence.Ids),
            GreedyGenerator.Generate(mixed, prompts, config).Select(sequence => sequence.Ids));
    }

    [Fact]
    public void Steps_and_generation_leave_no_tensors()
    {
        using var model = DecoderForCausalLm.Load(_folder.Root, ScalarType.BFloat16, ScalarType.Float32);
        SmallDecoder.AssertNoTensorsAreLeft(model);
    }
}
