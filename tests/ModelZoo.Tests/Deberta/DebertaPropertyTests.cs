using ModelZoo.Deberta;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Deberta;

public sealed class DebertaPropertyTests
{
    private const double Tolerance = 2e-6;

    [Fact]
    public void The_order_of_a_batch_does_not_matter()
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var model = DebertaModels.Create(seed: 1);
        model.eval();
        var (ids, mask) = DebertaModels.Batch(new Random(1), width: 17, 17, 4, 11, 1);
        var order = torch.tensor(new long[] { 2, 0, 3, 1 });

        var straight = model.forward(ids, mask).index_select(0, order);
        var shuffled = model.forward(ids.index_select(0, order), mask.index_select(0, order));

        TensorAssert.Close(straight, shuffled, Tolerance, Tolerance, "logits");
    }

    [Fact]
    public void Padding_does_not_change_the_logits_or_the_gradients()
    {
        var random = new Random(2);
        for (var round = 0; round < 5; round++)
        {
            using var scope = torch.NewDisposeScope();
            using var model = DebertaModels.Create(seed: (ulong)round);
            model.to(ScalarType.Float64);
            model.eval();
            var length = random.Next(1, 40);
            var (ids, _) = DebertaModels.Batch(random, length, length);
            var padded = torch.zeros([1, length + 9], ScalarType.Int64);
            padded.narrow(1, 0, length).copy_(ids);

            var plain = model.forward(ids, null);
            plain.sum().backward();
            var gradients = Gradients(model);
            model.zero_grad();
            var masked = model.forward(padded, padded.ne(0).to_type(ScalarType.Int64));
            masked.sum().backward();

            TensorAssert.Close(plain, masked, 1e-12, 1e-12, $"logits of length {length}");
            foreach (var (name, gradient) in Gradients(model))
            {
                TensorAssert.Close(gradients[name], gradient, 1e-11, 1e-11, $"gradient of {name}, length {length}");
            }
        }
    }

    [Fact]
    public void A_mask_of_ones_is_no_mask()
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var model = DebertaModels.Create(seed: 3);
        model.eval();
        var (ids, mask) = DebertaModels.Batch(new Random(3), width: 9, 9, 9);

        TensorAssert.Close(model.forward(ids, null), model.forward(ids, mask), 0, 0, "logits");
    }

    [Fact]
    public void Attention_equals_its_definition()
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        foreach (var length in new[] { 1, 2, 5, 33 })
        {
            using var model = DebertaModels.Create(seed: (ulong)length);
            model.to(ScalarType.Float64);
            model.eval();
            var (ids, _) = DebertaModels.Batch(new Random(length), length, length);

            var found = model.Deberta.AttentionProbabilities(ids, null, layer: 0); // [1, H, T, T]

            TensorAssert.Close(DebertaReference.FirstAttention(model, ids), found.squeeze(0), 1e-12, 1e-12,
                $"attention at length {length}");
        }
    }

    [Fact]
    public void The_number_of_native_handles_is_flat()
    {
        using var model = DebertaModels.Create(seed: 4);
        model.train();
        var random = new Random(4);
        var counts = new List<long>();
        for (var step = 0; step < 12; step++)
        {
            using (torch.NewDisposeScope())
            {
                var (ids, mask) = DebertaModels.Batch(random, width: 13, 13, 6);
                var loss = model.Loss(model.forward(ids, mask), torch.tensor(new long[] { 0, 1 }));
                loss.backward();
            }

            counts.Add(Tensor.TotalCount);
        }

        Assert.All(counts[2..], count => Assert.Equal(counts[1], count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_bfloat16_model_gives_a_float32_loss_near_that_of_the_float32_model(int labelCount)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(8);
        using var model = new DebertaForSequenceClassification(DebertaModels.Tiny with { NumLabels = labelCount }, generator);
        model.eval();
        var (ids, mask) = DebertaModels.Batch(new Random(8), width: 12, 12, 7);
        var labels = labelCount == 1 ? torch.tensor(new[] { 0.5f, -1f }) : torch.tensor(new long[] { 2, 0 });
        var expected = model.Loss(model.forward(ids, mask), labels).item<float>();

        model.to(ScalarType.BFloat16);
        var loss = model.Loss(model.forward(ids, mask), labels);
        loss.backward();

        Assert.Equal(ScalarType.Float32, loss.dtype);
        Assert.Equal(expected, loss.item<float>(), 0.01f);
    }

    [Fact]
    public void Dropout_acts_in_training_only()
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var model = DebertaModels.Create(seed: 5);
        var (ids, _) = DebertaModels.Batch(new Random(5), width: 9, 9);

        model.train();
        Assert.NotEqual(TensorAssert.Values(model.forward(ids, null)), TensorAssert.Values(model.forward(ids, null)));
        model.eval();
        Assert.Equal(TensorAssert.Values(model.forward(ids, null)), TensorAssert.Values(model.forward(ids, null)));
    }

    [Fact]
    public void Initial_weights_follow_the_seed_and_the_stated_distribution()
    {
        var config = DebertaModels.Tiny with { VocabSize = 2000, HiddenSize = 48 };
        using var scope = torch.NewDisposeScope();
        using var first = new DebertaForSequenceClassification(config, new Generator(6));
        using var second = new DebertaForSequenceClassification(config, new Generator(6));
        using var third = new DebertaForSequenceClassification(config, new Generator(7));

        var embeddings = TensorAssert.Values(first.get_parameter("deberta.embeddings.word_embeddings.weight")!);
        Assert.All(embeddings[..config.HiddenSize], value => Assert.Equal(0, value));
        Assert.InRange(Math.Sqrt(embeddings[config.HiddenSize..].Average(value => value * value)), 0.0197, 0.0203);
        foreach (var (name, parameter) in first.named_parameters())
        {
            var values = TensorAssert.Values(parameter);
            Assert.Equal(values, TensorAssert.Values(second.get_parameter(name)!));
            if (name.EndsWith("LayerNorm.weight", StringComparison.Ordinal))
            {
                Assert.All(values, value => Assert.Equal(1, value));
            }
            else if (name.EndsWith(".bias", StringComparison.Ordinal))
            {
                Assert.All(values, value => Assert.Equal(0, value));
            }
            else
            {
                Assert.NotEqual(values, TensorAssert.Values(third.get_parameter(name)!));
            }
        }
    }

    [Theory]
    [InlineData("HiddenSize", "a multiple of 3 heads")]
    [InlineData("NumLabels", "a count above 0")]
    [InlineData("HiddenDropout", "a probability below 1")]
    public void An_impossible_size_is_refused(string name, string expected)
    {
        var config = name switch
        {
            "HiddenSize" => DebertaModels.Tiny with { HiddenSize = 25 },
            "NumLabels" => DebertaModels.Tiny with { NumLabels = 0 },
            _ => DebertaModels.Tiny with { HiddenDropout = 1 },
        };
        using var generator = new Generator(0);

        var error = Assert.Throws<ArgumentException>(() => new DebertaForSequenceClassification(config, generator));

        Assert.Contains(name, error.Message);
        Assert.Contains(expected, error.Message);
    }

    private static Dictionary<string, Tensor> Gradients(DebertaForSequenceClassification model) =>
        model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter.grad!.clone());
}
