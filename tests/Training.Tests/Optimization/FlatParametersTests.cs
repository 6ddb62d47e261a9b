using SpectralAdapters;
using TorchSharp;
using TorchSharp.Modules;
using Training.Optimization;
using static TorchSharp.torch;

namespace Training.Tests.Optimization;

public sealed class FlatParametersTests
{
    [Fact]
    public void Parameters_and_gradients_share_the_buffers_memory()
    {
        using var scope = NewDisposeScope();
        var model = new Mlp();
        var before = model.Parameters().ToDictionary(pair => pair.Key, pair => pair.Value.clone());
        using var flat = new FlatParameters(model.named_parameters());

        Assert.Equal(model.parameters().Sum(parameter => parameter.numel()), flat.Count);
        Assert.All(model.Parameters(), pair => Assert.Equal(0, Fixtures.LargestDifference(pair.Value, before[pair.Key])));
        Assert.All(model.Parameters(), pair => Assert.True(pair.Value.requires_grad && pair.Value.is_leaf));

        for (var pass = 1; pass <= 2; pass++)
        {
            model.forward(ones(2, 8)).sum().backward();
            flat.CollectGradients();
        }

        var views = flat.Views(flat.Gradient);
        Assert.Equal(0, Fixtures.LargestDifference(views["fc2.bias"], full([4], 2f)));
        Assert.Null(model.Parameters()["fc2.bias"].grad);
        flat.ShowGradients();
        Assert.Equal(0, Fixtures.LargestDifference(model.Parameters()["fc2.bias"].grad!, full([4], 2f)));
        flat.HideGradients();
        Assert.Null(model.Parameters()["fc2.bias"].grad);
        using (no_grad())
        {
            flat.Values.fill_(0.5);
        }

        Assert.Equal(0, Fixtures.LargestDifference(model.Parameters()["fc1.weight"], full([16, 8], 0.5f)));
    }

    [Fact]
    public void Parameters_that_are_not_given_are_not_touched()
    {
        using var scope = NewDisposeScope();
        var model = new Mlp();
        foreach (var (name, parameter) in model.named_parameters())
        {
            parameter.requires_grad = name.StartsWith("fc2", StringComparison.Ordinal);
        }

        using var flat = new FlatParameters(model.named_parameters().Where(entry => entry.parameter.requires_grad));
        using var optimizer = new FlatAdamW([new FlatParameterGroup(flat, 0.1, 0.1)]);
        var frozen = model.Parameters()["fc1.weight"].clone();
        model.forward(ones(2, 8)).sum().backward();
        flat.CollectGradients();
        optimizer.Step(1);

        Assert.Equal(0, Fixtures.LargestDifference(frozen, model.Parameters()["fc1.weight"]));
        Assert.Null(model.Parameters()["fc1.weight"].grad);
        Assert.Equal(["fc2.weight", "fc2.bias"], flat.Names);
    }

    [Fact]
    public void A_parameter_outside_the_loss_is_named()
    {
        using var scope = NewDisposeScope();
        var (used, unused) = (new Parameter(ones(3)), new Parameter(ones(2)));
        using var flat = new FlatParameters([("used", used), ("unused", unused)]);
        used.sum().backward();

        var error = Assert.Throws<InvalidOperationException>(flat.CollectGradients);

        Assert.Contains("1 of 2 trainable parameters take no part in the loss: unused", error.Message);
    }

    [Fact]
    public void Parameters_that_do_not_fit_one_buffer_are_refused()
    {
        using var scope = NewDisposeScope();
        var single = new Parameter(ones(3));
        var half = new Parameter(ones(3, dtype: ScalarType.BFloat16));

        Assert.Contains("at least one", Message([]));
        Assert.Contains("'b' is BFloat16", Message([("a", single), ("b", half)]));
        Assert.Contains("'b' is the same tensor as 'a'", Message([("a", single), ("b", single)]));
        Assert.Contains("The name 'a' is given 2 times", Message([("a", single), ("a", new Parameter(ones(1)))]));

        static string Message((string, Parameter)[] parameters) =>
            Assert.Throws<ArgumentException>(() => new FlatParameters(parameters)).Message;
    }
}
