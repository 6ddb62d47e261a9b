using ModelZoo.Decoder;
using SpectralAdapters;
using SpectralAdapters.Factors;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Decoder;

public sealed class DecoderPropertyTests
{
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(7)]
    [InlineData(130)]
    [InlineData(200)]
    public void Attention_over_blocks_is_that_of_the_definition(int length)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        Tensor Random(long heads) => randn([2, length, heads, 8], ScalarType.Float64, generator: generator); // [B, T, heads, d]
        var (query, key, value, weight) = (Random(4), Random(2), Random(2), Random(4));
        Tensor[] inputs = [query.requires_grad_(), key.requires_grad_(), value.requires_grad_()];

        var found = GroupedAttention.Apply(query, key, value, new GroupedAttentionOptions(0.3, Mask: null)); // [B, T, H, d]
        var foundGradients = autograd.grad([found.mul(weight).sum()], inputs);
        var expected = Definition(query, key, value); // [B, T, H, d]
        var expectedGradients = autograd.grad([expected.mul(weight).sum()], inputs);

        TensorAssert.Close(expected, found, 1e-10, 0, "output");
        Assert.All(expectedGradients.Zip(foundGradients), pair => TensorAssert.Close(pair.First, pair.Second, 1e-10, 0, "gradient"));

        Tensor Definition(Tensor query, Tensor key, Tensor value)
        {
            Tensor Heads(Tensor shared) => shared.repeat_interleave(2, 2).transpose(1, 2); // [B, H, T, d]
            var scores = query.transpose(1, 2).matmul(Heads(key).transpose(-1, -2)).mul(0.3); // [B, H, T, T]
            var hidden = ones(length, length, dtype: ScalarType.Bool).triu(1); // [T, T]
            var probabilities = nn.functional.softmax(scores.masked_fill(hidden, double.NegativeInfinity), -1); // [B, H, T, T]
            return probabilities.matmul(Heads(value)).transpose(1, 2);
        }
    }

    [Fact]
    public void Padding_on_the_right_changes_no_token_before_it()
    {
        using var scope = NewDisposeScope();
        using var model = SmallDecoder.Create();
        using var noGrad = no_grad();
        var ids = SmallDecoder.Ids(1, 20); // [1, T]
        var padded = cat([ids, zeros_like(ids)], 1); // [1, 2T]
        var mask = cat([ones_like(ids), zeros_like(ids)], 1); // [1, 2T]

        TensorAssert.Close(
            model.forward(ids, null), model.forward(padded, mask).narrow(1, 0, 20), Tolerance, Tolerance, "logits before padding");
    }

    [Theory]
    [InlineData(null)]
    [InlineData(5)]
    public void Tokens_behind_a_cache_have_the_logits_of_a_single_pass(int? window)
    {
        using var scope = NewDisposeScope();
        using var model = SmallDecoder.Create(SmallDecoder.Config with { SlidingWindow = window });
        using var noGrad = no_grad();
        var ids = SmallDecoder.Ids(2, 24); // [B, T]
        var expected = model.forward(ids, null); // [B, T, V]
        using var cache = new KeyValueCache(model.Config, 2, 24, ScalarType.Float32, model.Model.Devices);
        var start = 0L;
        foreach (var count in (long[])[7, 1, 9, 1, 1, 5])
        {
            var positions = arange(start, start + count).unsqueeze(0); // [1, t]
            var hidden = model.Model.Continue(ids.narrow(1, start, count), null, positions, cache); // [B, t, D]
            TensorAssert.Close(expected.narrow(1, start, count), model.Logits(hidden), Tolerance, Tolerance, $"tokens from {start}");
            start += count;
        }

        Assert.Equal(24, cache.Length);
        Assert.Contains("24 of 24", Assert.Throws<InvalidOperationException>(
            () => model.Model.Continue(ids.narrow(1, 0, 1), null, zeros(1, 1), cache)).Message);
    }

    [Fact]
    public void Layers_on_given_devices_compute_the_same()
    {
        using var scope = NewDisposeScope();
        using var model = SmallDecoder.Create();
        var ids = SmallDecoder.Ids(2, 12); // [B, T]
        using var noGrad = no_grad();
        var expected = model.forward(ids, null); // [B, T, V]

        model.Place([new Device("cpu"), new Device("cpu:0"), new Device("cpu")]);

        Assert.True(expected.equal(model.forward(ids, null)).all().item<bool>());
        Assert.Contains("3 layers", Assert.Throws<ArgumentException>(() => model.Place([CPU])).Message);
    }

    [Fact]
    public void An_adapted_head_has_the_loss_and_gradients_of_its_logits()
    {
        using var scope = NewDisposeScope();
        using var model = SmallDecoder.Create();
        using var generator = new Generator(1);
        var config = new LoraConfig { Rank = 4, TargetModules = TargetModules.Named("lm_head", "q_proj") };
        var adapted = AdaptedModel.Attach(model, config, generator, new ExactFactorSource());
        var (ids, labels) = (SmallDecoder.Ids(2, 12), SmallDecoder.Ids(2, 12, seed: 6)); // [B, T] each
        using (no_grad())
        {
            adapted.NamedTrainableParameters().ToList().ForEach(pair => pair.Parameter.add_(0.03));
        }

        var loss = model.Loss(ids, null, labels); // []
        loss.backward();
        var found = Gradients();
        var logits = model.forward(ids, null).narrow(1, 0, 11); // [B, T - 1, V]
        var expected = nn.functional.cross_entropy(logits.reshape(-1, 97), labels.narrow(1, 1, 11).reshape(-1)); // []
        expected.backward();

        TensorAssert.Close(expected, loss, Tolerance, Tolerance, "loss");
        Assert.All(Gradients(), pair => TensorAssert.Close(pair.Value, found[pair.Key], Tolerance, Tolerance, pair.Key));

        Dictionary<string, Tensor> Gradients() => adapted.NamedTrainableParameters().ToDictionary(pair => pair.Name, pair =>
        {
            var gradient = pair.Parameter.grad!.clone();
            pair.Parameter.grad!.zero_();
            return gradient;
        });
    }

    [Fact]
    public void A_saved_model_loads_as_it_was()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        foreach (var isTied in (bool[])[false, true])
        {
            using var model = SmallDecoder.Create(SmallDecoder.Config with { TieWordEmbeddings = isTied });
            model.Save(folder.File("model"));
            using var loaded = DecoderForCausalLm.Load(folder.File("model"));

            Assert.Equal(model.Config, loaded.Config);
            Assert.Equal(!isTied, loaded.state_dict().ContainsKey("lm_head.weight"));
            var read = loaded.state_dict();
            Assert.All(model.state_dict(), pair => Assert.True(pair.Value.equal(read[pair.Key]).all().item<bool>(), pair.Key));
        }
    }

    [Fact]
    public void Steps_and_generation_leave_no_tensors()
    {
        using var model = SmallDecoder.Create();
        model.Model.Recompute = true;
        SmallDecoder.AssertNoTensorsAreLeft(model);
    }

    [Fact]
    public void Generation_refuses_what_it_cannot_read()
    {
        using var model = SmallDecoder.Create();
        string Message(int[][] prompts, int count) => Assert.Throws<ArgumentException>(
            () => GreedyGenerator.Generate(model, prompts, new GenerationConfig { MaxNewTokens = count })).Message;

        Assert.Contains("no prompt", Message([], 1));
        Assert.Contains("without a token", Message([[1], []], 1));
        Assert.Contains("context of 256 tokens", Message([[1, 2]], 255));
        Assert.Contains("token id 97", Message([[1, 97]], 1));
    }

    [Fact]
    public void A_caller_ends_sequences_one_by_one()
    {
        using var model = SmallDecoder.Create();
        var config = new GenerationConfig { MaxNewTokens = 6, IsStopped = (sequence, ids) => sequence == 1 && ids.Count == 2 };

        var found = GreedyGenerator.Generate(model, [[1, 2, 3], [4]], config);

        Assert.Equal([6, 2], found.Select(sequence => sequence.Ids.Count));
        Assert.Equal([GenerationEnd.Length, GenerationEnd.Stopped], found.Select(sequence => sequence.End));
    }
}
