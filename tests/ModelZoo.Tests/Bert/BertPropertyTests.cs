using ModelZoo.Bert;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Bert;

public sealed class BertPropertyTests
{
    [Theory]
    [InlineData(BertHead.Pooler)]
    [InlineData(BertHead.MeanPooling)]
    public void Padding_does_not_change_the_logits_or_the_gradients(BertHead head)
    {
        using var scope = torch.NewDisposeScope();
        using var model = Create(head);
        var (ids, types) = Batch(1, 11);
        var padding = torch.zeros([1, 7], ScalarType.Int64);
        var mask = torch.cat([torch.ones([1, 11], ScalarType.Int64), padding], 1); // [1, 18]

        var plain = model.forward(ids, types, null);
        plain.sum().backward();
        var gradients = model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter.grad!.clone());
        model.zero_grad();
        var masked = model.forward(torch.cat([ids, padding], 1), torch.cat([types, padding], 1), mask);
        masked.sum().backward();

        TensorAssert.Close(plain, masked, 1e-12, 1e-12, "logits");
        foreach (var (name, parameter) in model.named_parameters())
        {
            TensorAssert.Close(gradients[name], parameter.grad!, 1e-11, 1e-11, name);
        }
    }

    [Fact]
    public void A_mask_of_ones_and_token_types_of_zeros_change_nothing()
    {
        using var scope = torch.NewDisposeScope();
        using var model = Create(BertHead.MeanPooling);
        var (ids, types) = Batch(3, 9);

        var plain = model.forward(ids, null, null);

        TensorAssert.Close(plain, model.forward(ids, torch.zeros_like(ids), torch.ones_like(ids)), 1e-13, 1e-13, "logits");
        Assert.NotEqual(TensorAssert.Values(plain), TensorAssert.Values(model.forward(ids, types, null)));
    }

    [Fact]
    public void Mean_pooling_is_the_mean_over_the_tokens()
    {
        using var scope = torch.NewDisposeScope();
        var hidden = torch.randn([2, 5, 4], ScalarType.Float64, generator: new Generator(1));
        var mask = torch.tensor(new long[] { 1, 1, 1, 0, 0, 1, 1, 1, 1, 1 }).view(2, 5);

        var found = BertModel.MeanPooling(hidden, mask);

        TensorAssert.Close(hidden[0].narrow(0, 0, 3).mean([0]), found[0], 1e-14, 0, "padded");
        TensorAssert.Close(hidden[1].mean([0]), found[1], 1e-14, 0, "whole");
    }

    [Fact]
    public void Attention_of_the_first_layer_equals_its_definition()
    {
        using var scope = torch.NewDisposeScope();
        using var attention = new BertSelfAttention(BertFolder.Tiny);
        attention.to(ScalarType.Float64);
        attention.eval();
        var hidden = torch.randn([2, 6, 24], ScalarType.Float64, generator: new Generator(2));
        Tensor Head(string name, int batch, int head) => hidden[batch]
            .matmul(attention.get_parameter($"{name}.weight")!.t()).add(attention.get_parameter($"{name}.bias")!)
            .narrow(1, head * 8, 8); // [T, d]

        var found = attention.forward(hidden, null);

        for (var head = 0; head < 3; head++)
        {
            var scores = Head("query", 1, head).matmul(Head("key", 1, head).t()).div(Math.Sqrt(8)); // [T, T]
            var expected = scores.softmax(-1).matmul(Head("value", 1, head)); // [T, d]
            TensorAssert.Close(expected, found[1].narrow(1, head * 8, 8), 1e-13, 0, $"head {head}");
        }
    }

    // So little dropout that nothing is dropped.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Attention_with_dropout_computes_what_the_fused_kernel_does(bool isPadded)
    {
        using var scope = torch.NewDisposeScope();
        using var attention = new BertSelfAttention(BertFolder.Tiny with { AttentionDropout = 1e-9 });
        attention.to(ScalarType.Float64);
        var hidden = torch.randn([2, 6, 24], ScalarType.Float64, generator: new Generator(2)).requires_grad_();
        var mask = torch.zeros([2, 1, 1, 6], ScalarType.Float64);
        mask[1].narrow(2, 4, 2).fill_(double.NegativeInfinity);

        attention.eval();
        var (fused, fusedGradient) = Run();
        attention.train();
        var (composed, gradient) = Run();

        TensorAssert.Close(fused, composed, 1e-8, 0, "output");
        TensorAssert.Close(fusedGradient, gradient, 1e-8, 0, "gradient");

        (Tensor Output, Tensor Gradient) Run()
        {
            hidden.grad = null;
            var output = attention.forward(hidden, isPadded ? mask : null);
            output.square().sum().backward();
            return (output, hidden.grad!.clone());
        }
    }

    [Fact]
    public void The_number_of_native_handles_is_flat()
    {
        using var model = BertFolder.Create(4, BertFolder.Tiny with { Head = BertHead.MeanPooling });
        model.train();
        var counts = new List<long>();
        for (var step = 0; step < 12; step++)
        {
            using (torch.NewDisposeScope())
            {
                var (ids, types) = Batch(2, 13);
                var loss = model.Loss(model.forward(ids, types, torch.ones_like(ids)), torch.tensor(new long[] { 0, 1 }));
                loss.backward();
            }

            counts.Add(Tensor.TotalCount);
        }

        Assert.All(counts[2..], count => Assert.Equal(counts[1], count));
    }

    [Fact]
    public void Dropout_acts_in_training_only()
    {
        using var scope = torch.NewDisposeScope();
        using var model = Create(BertHead.Pooler);
        var (ids, types) = Batch(2, 9);

        model.train();
        Assert.NotEqual(TensorAssert.Values(model.forward(ids, types, null)), TensorAssert.Values(model.forward(ids, types, null)));
        model.eval();
        Assert.Equal(TensorAssert.Values(model.forward(ids, types, null)), TensorAssert.Values(model.forward(ids, types, null)));
    }

    [Fact]
    public void A_sequence_longer_than_the_positions_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var model = Create(BertHead.Pooler);

        var error = Assert.Throws<ArgumentException>(() => model.forward(Batch(1, 41).Ids, null, null)).Message;

        Assert.Equal("Found sequences of 41 tokens, expected at most 40, the model's positions.", error);
    }

    private static BertForSequenceClassification Create(BertHead head)
    {
        var model = BertFolder.Create(3, BertFolder.Tiny with { Head = head });
        model.to(ScalarType.Float64);
        model.eval();
        return model;
    }

    private static (Tensor Ids, Tensor Types) Batch(int size, int length)
    {
        using var generator = new Generator(5);
        return (
            torch.randint(1, BertFolder.Tiny.VocabSize, [size, length], ScalarType.Int64, generator: generator),
            torch.arange(length).ge(length / 2).to_type(ScalarType.Int64).expand(size, length)); // [B, T] each
    }
}
