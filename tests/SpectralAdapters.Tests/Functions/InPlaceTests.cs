using System.Runtime.InteropServices;
using SpectralAdapters.Functions;
using SpectralAdapters.Tests.Golden;
using SpectralAdapters.Tests.Properties;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Functions;

/// <summary>In-place changes between forward and backward, over every registered method and every form that it has.</summary>
public sealed class InPlaceTests : IDisposable
{
    private const string ModifiedMessage = "modified by an inplace operation";

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TextWriter _standardError = Console.Error;

    public static TheoryData<string> Methods =>
        [.. AdapterRegistry.Methods.Where(method => !method.Default.TrainsBase).Select(method => method.Name)];

    public void Dispose()
    {
        Console.SetError(_standardError);
        _scope.Dispose();
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void The_output_may_be_changed_in_place(string method) => ForEach(method, (name, layer, adapter) =>
    {
        var other = randn(layer.OutputShape, dtype: ScalarType.Float64, generator: new Generator(3)); // [.., m]
        Compare("relu_", output => output.relu(), output => output.relu_());
        Compare("add_", output => output.add(other), output => output.add_(other));
        Compare("mul_", output => output.mul(other), output => output.mul_(other));

        void Compare(string operation, Func<Tensor, Tensor> apart, Func<Tensor, Tensor> inPlace)
        {
            var expected = Run(adapter, layer, change: apart);
            var found = Run(adapter, layer, change: inPlace);
            Assert.All(expected.Zip(found), pair => GoldenCheck.Same(pair.First, pair.Second, $"{name}: {operation}"));
        }
    });

    // The same as behind a trainable linear layer, see below: an exception, and no process that ends.
    [Theory]
    [MemberData(nameof(Methods))]
    public void An_input_changed_in_place_is_an_exception_or_has_no_effect(string method) => ForEach(method, (name, layer, adapter) =>
    {
        var expected = Run(adapter, layer);
        AssertSameOrRefused(name, expected, () => Run(adapter, layer, changeInput: input => input.mul_(2)));
    });

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_parameter_changed_in_place_is_an_exception_or_has_no_effect(string method) => ForEach(method, (name, layer, adapter) =>
    {
        foreach (var (parameterName, parameter) in adapter.named_parameters())
        {
            var expected = Run(adapter, layer);
            AssertSameOrRefused($"{name}: {parameterName}", expected, () => Run(adapter, layer, change: output =>
            {
                using var noGrad = no_grad();
                parameter.mul_(2);
                return output;
            }));
        }
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_linear_layer_of_libtorch_refuses_a_changed_input_where_its_weight_is_trained(bool trained)
    {
        var input = randn(5, 3).requires_grad_().mul(1); // [T, n]
        var output = nn.functional.linear(input, randn(4, 3).requires_grad_(trained), randn(4)); // [T, m]
        input.mul_(2);
        if (trained)
        {
            Assert.Contains(ModifiedMessage, Assert.Throws<ExternalException>(() => output.sum().backward()).Message);
        }
        else
        {
            output.sum().backward();
        }
    }

    [Theory]
    [InlineData("lora", nameof(LowRankFunction))]
    [InlineData("dora", nameof(DoraFunction))]
    [InlineData("svdiff", nameof(SvdiffFunction))]
    [InlineData("spectral-r", nameof(CoreFunction))]
    public void A_failed_backward_is_explained_on_standard_error(string method, string function)
    {
        using var message = new StringWriter();
        Console.SetError(message);
        var layer = RandomLayer.Create(16, 12, new Generator(1));
        using var adapter = MethodCases.Of(method, 3)[0].Create(layer.Site);
        var input = layer.Input.clone().requires_grad_(); // [.., n]
        var output = adapter.forward(input, layer.Weight, layer.Bias); // [.., m]
        using (no_grad())
        {
            input.add_(1);
        }

        Assert.Throws<ExternalException>(() => output.sum().backward());
        Assert.StartsWith($"{function}: the backward failed: ", message.ToString());
        Assert.Contains(ModifiedMessage, message.ToString());
        Assert.Contains("[CPUDoubleType [10, 12]]", message.ToString());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void An_empty_batch_gives_an_empty_output(string method) => ForEach(method, (name, layer, adapter) =>
    {
        var input = zeros([2, 0, layer.Input.shape[^1]], ScalarType.Float64).requires_grad_(); // [2, 0, n]
        var output = adapter.forward(input, layer.Weight, layer.Bias); // [2, 0, m]
        Assert.True(output.shape is [2, 0, _], name);
        output.sum().backward();
        Assert.All(adapter.parameters(), tensor => Assert.True(tensor.grad is null || tensor.grad.count_nonzero().item<long>() == 0, name));
    });

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_gradient_that_is_missing_counts_as_zero(string method) => ForEach(method, (name, layer, adapter) =>
    {
        adapter.zero_grad();
        var input = layer.Input.clone().requires_grad_(); // [.., n]
        Gradientless.apply(adapter.forward(input, layer.Weight, layer.Bias)).sum().backward();
        Assert.All(adapter.parameters().Append(input), tensor =>
            Assert.True(tensor.grad is null || tensor.grad.count_nonzero().item<long>() == 0, name));
    });

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_forward_leaves_no_handle_but_its_output(string method) => ForEach(method, (name, layer, adapter) =>
    {
        var input = layer.Input.clone().requires_grad_(); // [.., n]
        adapter.forward(input, layer.Weight, layer.Bias).Dispose();
        var before = LiveTensors.Count();
        using var output = adapter.forward(input, layer.Weight, layer.Bias); // [.., m]
        Assert.True(before + 1 == Tensor.TotalCount, $"{name}: {Tensor.TotalCount - before} handles");
    });

    private static void ForEach(string method, Action<string, RandomLayer, Adapter> check)
    {
        var configs = MethodCases.Of(method, 3);
        var dropped = configs.Take(1).OfType<LowRankConfig>().Select(config => config with { Dropout = 0.3 });
        foreach (var config in configs.Concat(dropped))
        {
            foreach (var outFeatures in new[] { 16, 12 }) // without and with a bias
            {
                using var scope = NewDisposeScope();
                var layer = RandomLayer.Create(outFeatures, 12, new Generator(1));
                using var adapter = config.Create(layer.Site);
                MethodCases.Perturb(adapter, new Generator(2));
                check($"{config}, {(layer.Bias is null ? "no bias" : "bias")}", layer, adapter);
            }
        }
    }

    // The output and the gradients of input and parameters, with something done between forward and backward.
    private static List<Tensor> Run(
        Adapter adapter, RandomLayer layer, Func<Tensor, Tensor>? change = null, Action<Tensor>? changeInput = null)
    {
        var start = adapter.parameters().Select(parameter => parameter.detach().clone()).ToList();
        try
        {
            return Step(adapter, layer, change, changeInput);
        }
        finally
        {
            // Constrained OFT rounds its parameters in every forward.
            using var noGrad = no_grad();
            foreach (var (parameter, value) in adapter.parameters().Zip(start))
            {
                parameter.copy_(value);
            }
        }
    }

    private static List<Tensor> Step(Adapter adapter, RandomLayer layer, Func<Tensor, Tensor>? change, Action<Tensor>? changeInput)
    {
        manual_seed(5); // the same mask of dropout each time
        adapter.zero_grad();
        var leaf = layer.Input.clone().requires_grad_(); // [.., n]
        var input = leaf.mul(1); // [.., n]
        var output = adapter.forward(input, layer.Weight, layer.Bias); // [.., m]
        output = change?.Invoke(output) ?? output; // [.., m]
        changeInput?.Invoke(input);
        var weights = randn(layer.OutputShape, dtype: ScalarType.Float64, generator: new Generator(4)); // [.., m]
        output.mul(weights).sum().backward();
        return [output.detach().clone(), leaf.grad!.clone(), .. adapter.parameters().Select(parameter => parameter.grad!.clone())];
    }

    private static void AssertSameOrRefused(string name, IReadOnlyList<Tensor> expected, Func<List<Tensor>> run)
    {
        using var message = new StringWriter();
        Console.SetError(message);
        List<Tensor> found;
        try
        {
            found = run();
        }
        catch (ExternalException exception)
        {
            Assert.Contains(ModifiedMessage, exception.Message + message);
            return;
        }

        Assert.Empty(message.ToString());
        Assert.All(expected.Zip(found), pair => GoldenCheck.Same(pair.First, pair.Second, name));
    }

    private sealed class Gradientless : autograd.SingleTensorFunction<Gradientless>
    {
        public override string Name => nameof(Gradientless);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => ((Tensor)vars[0]).clone();

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [null!];
    }
}
