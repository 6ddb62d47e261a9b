using ModelZoo.Decoder;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Decoder;

/// <summary>Against the outputs of transformers' LlamaForCausalLM and MistralForCausalLM (tests/fixtures/llama, mistral).</summary>
public sealed class DecoderGoldenTests
{
    private const double Tolerance = 1e-5;
    private const double RotaryTolerance = 1e-6;

    // Each step from the reference's own input of it: over all layers, its float32 logits differ by 1.1e-5 from those in float64.
    [Theory]
    [InlineData("llama/untied")]
    [InlineData("llama/tied")]
    [InlineData("mistral/sliding")]
    public void Embeddings_layers_normalisation_and_head_agree(string name)
    {
        using var scope = NewDisposeScope();
        var fixture = new DecoderFixture(name);
        using var model = fixture.Load();
        var golden = fixture.Golden();
        var ids = golden["nopad.input_ids"]; // [B, T]
        var length = ids.shape[1];
        var modules = model.named_modules().ToDictionary(pair => pair.name, pair => pair.module);
        var pass = new DecoderPass(
            RotaryAngles.Of(arange(length).unsqueeze(0), model.Config.HeadDim, model.Config.RopeTheta, ScalarType.Float32),
            AttentionMask.Of(null, length, length, model.Config.SlidingWindow, ScalarType.Float32, CPU), Cache: null);
        using var noGrad = no_grad();

        var hidden = golden["nopad.hidden.embeddings"]; // [B, T, D]
        Close(hidden, model.Model.HiddenStates(ids, null).First(), "embeddings");
        for (var layer = 0; layer < model.Config.NumHiddenLayers; layer++)
        {
            var expected = golden[$"nopad.hidden.layer.{layer}"]; // [B, T, D]
            Close(expected, ((DecoderLayer)modules[$"model.layers.{layer}"]).forward(hidden, pass), $"layer {layer}");
            hidden = expected;
        }

        var normalised = golden["nopad.hidden.final_norm"]; // [B, T, D]
        Close(normalised, ((RmsNorm)modules["model.norm"]).forward(hidden), "last normalisation");
        Close(golden["nopad.logits"], model.Logits(normalised), "logits");
    }

    [Theory]
    [InlineData("llama/untied")]
    [InlineData("llama/tied")]
    [InlineData("mistral/sliding")]
    public void Logits_of_a_left_padded_batch_agree(string name)
    {
        using var scope = NewDisposeScope();
        var fixture = new DecoderFixture(name);
        using var model = fixture.Load(ScalarType.Float64);
        var golden = fixture.Golden();
        using var noGrad = no_grad();

        var logits = model.forward(golden["leftpad.input_ids"], golden["leftpad.attention_mask"]);

        Close(golden["leftpad.logits"], logits, "logits");
    }

    [Theory]
    [InlineData("llama/untied", "nopad")]
    [InlineData("llama/untied", "leftpad")]
    [InlineData("llama/tied", "nopad")]
    [InlineData("llama/tied", "leftpad")]
    [InlineData("mistral/sliding", "nopad")]
    [InlineData("mistral/sliding", "leftpad")]
    public void Losses_agree(string name, string batch)
    {
        using var scope = NewDisposeScope();
        var fixture = new DecoderFixture(name);
        using var model = fixture.Load();
        var golden = fixture.Golden();
        var (ids, labels) = (golden[$"{batch}.input_ids"], golden[$"{batch}.labels"]); // [B, T] each
        var mask = golden.GetValueOrDefault($"{batch}.attention_mask"); // [B, T]
        using var noGrad = no_grad();

        var loss = model.Loss(ids, mask, labels);
        var sequences = model.SequenceLosses(ids, mask, labels);

        Close(golden[$"{batch}.loss"], loss.view(1), "loss");
        var mean = sequences.Sum(sequence => sequence.Sum) / sequences.Sum(sequence => sequence.Tokens);
        Close(golden[$"{batch}.loss"], tensor(mean).view(1), "mean of the sequences' losses");
        if (mask is not null)
        {
            var fromToken = cat([zeros_like(mask).narrow(1, 0, 1), mask.narrow(1, 0, mask.shape[1] - 1)], 1).eq(1); // [B, T]
            var real = where(fromToken, labels, full_like(labels, DecoderForCausalLm.Ignored)); // [B, T]
            Close(golden[$"{batch}.loss_from_real_tokens"], model.Loss(ids, mask, real).view(1), "loss from real tokens");
        }
    }

    [Theory]
    [InlineData("llama/untied", false)]
    [InlineData("llama/tied", false)]
    [InlineData("mistral/sliding", false)]
    [InlineData("llama/untied", true)]
    [InlineData("llama/tied", true)]
    [InlineData("mistral/sliding", true)]
    public void Gradients_agree(string name, bool recompute)
    {
        using var scope = NewDisposeScope();
        var fixture = new DecoderFixture(name);
        using var model = fixture.Load();
        model.Model.Recompute = recompute;
        var golden = fixture.Golden();

        model.Loss(golden["nopad.input_ids"], null, golden["nopad.labels"]).backward();

        var parameters = model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        var gradients = golden.Where(pair => pair.Key.StartsWith("nopad.grad.", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(gradients);
        Assert.All(gradients, pair => Close(pair.Value, parameters[pair.Key["nopad.grad.".Length..]].grad!, pair.Key));
    }

    [Theory]
    [InlineData("llama/untied")]
    [InlineData("mistral/sliding")]
    public void A_query_sees_the_keys_that_the_reference_saw(string name)
    {
        using var scope = NewDisposeScope();
        var fixture = new DecoderFixture(name);
        using var model = fixture.Load();
        var golden = fixture.Golden();
        foreach (var batch in (string[])["nopad", "leftpad"])
        {
            var visible = golden[$"{batch}.visible"]; // [B, T, T]
            var length = visible.shape[1];
            var found = AttentionMask.Of(
                golden.GetValueOrDefault($"{batch}.attention_mask"), length, length, model.Config.SlidingWindow, ScalarType.Float32, CPU);

            if (found is null)
            {
                found = zeros(1, 1, length, length).masked_fill_(ones(length, length).tril().eq(0), -1); // [1, 1, T, T]
            }

            Assert.True(found.eq(0).squeeze(1).expand(visible.shape).equal(visible.ne(0)).all().item<bool>(), batch);
        }
    }

    [Fact]
    public void Rotary_angles_agree()
    {
        using var scope = NewDisposeScope();
        var fixture = new DecoderFixture("llama/untied");
        using var model = fixture.Load();
        var golden = fixture.Golden();
        var (cosine, sine) = (golden["rope.cos"], golden["rope.sin"]); // [T, d]
        var half = cosine.shape[1] / 2;

        var angles = RotaryAngles.Of(
            arange(cosine.shape[0]).unsqueeze(0), cosine.shape[1], model.Config.RopeTheta, ScalarType.Float32); // [1, T, 1, d/2]

        TensorAssert.Close(cosine.narrow(1, 0, half), angles.Cosine.view(-1, half), RotaryTolerance, 0, "cosines");
        TensorAssert.Close(cosine.narrow(1, half, half), angles.Cosine.view(-1, half), RotaryTolerance, 0, "cosines, second half");
        TensorAssert.Close(sine.narrow(1, 0, half), angles.Sine.view(-1, half), RotaryTolerance, 0, "sines");
    }

    [Theory]
    [InlineData("llama/untied", true)]
    [InlineData("llama/untied", false)]
    [InlineData("llama/tied", true)]
    [InlineData("mistral/sliding", true)]
    [InlineData("mistral/sliding", false)]
    public void Greedy_tokens_of_a_padded_batch_agree(string name, bool useCache)
    {
        using var scope = NewDisposeScope();
        var fixture = new DecoderFixture(name);
        using var model = fixture.Load();
        var golden = fixture.Generation();
        var mask = DecoderFixture.Rows(golden.GetProperty("attention_mask"));
        int[][] prompts =
        [
            .. DecoderFixture.Rows(golden.GetProperty("input_ids"))
                .Zip(mask, (ids, real) => ids.Where((_, i) => real[i] == 1).ToArray()),
        ];
        var config = new GenerationConfig { MaxNewTokens = golden.GetProperty("max_new_tokens").GetInt32(), UseCache = useCache };
        var withEnd = golden.GetProperty("with_eos");
        var end = withEnd.GetProperty("eos_token_id").GetInt32();

        Assert.Equal(DecoderFixture.Rows(golden.GetProperty("new_tokens")), Ids(prompts, config));
        // The reference fills what has ended with padding.
        Assert.Equal(
            DecoderFixture.Rows(withEnd.GetProperty("new_tokens")).Select(ids => Until(ids, end)),
            Ids(prompts, config with { EndTokenIds = [end] }));
        Assert.All(prompts.Zip(DecoderFixture.Rows(golden.GetProperty("new_tokens"))), pair =>
            Assert.Equal([pair.Second], Ids([pair.First], config)));

        int[][] Ids(int[][] prompts, GenerationConfig config) =>
            [.. GreedyGenerator.Generate(model, prompts, config).Select(sequence => sequence.Ids.ToArray())];
    }

    private static int[] Until(int[] ids, int end) => Array.IndexOf(ids, end) is >= 0 and var index ? ids[..(index + 1)] : ids;

    private static void Close(Tensor expected, Tensor found, string what) =>
        TensorAssert.Close(expected, found, Tolerance, Tolerance, what);
}
