using SpectralAdapters.Functions;
using SpectralAdapters.Tests.Golden;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Functions;

/// <summary>Products with bfloat16 weights under float32 rows.</summary>
public sealed class WideningTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Generator _generator = new(12);

    public void Dispose()
    {
        _generator.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(8, false)]
    [InlineData(9, true)]
    public void Few_rows_meet_the_weight_in_its_own_type(int count, bool isWidened)
    {
        using var buffer = new WideningBuffer();
        var (rows, weight, bias) = (Random(count, 32), Narrow(48, 32), Narrow(48));
        var expected = nn.functional.linear(rows, Wide(weight), Wide(bias)); // [T, m]

        var found = FrozenProduct.Linear(rows, weight, bias, buffer); // [T, m]

        Assert.Equal(ScalarType.Float32, found.dtype);
        Assert.Equal(isWidened, found.equal(expected).all().item<bool>());
        GoldenCheck.Close(expected, found, (0.05, 0.02), $"{count} rows");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gradients_are_those_of_the_widened_weight(bool hasBuffer)
    {
        using var buffer = hasBuffer ? new WideningBuffer() : null;
        var (rows, weight, bias) = (Random(20, 6).requires_grad_(), Narrow(5, 6).requires_grad_(), Narrow(5).requires_grad_());
        var (wideRows, wideWeight, wideBias) = (
            rows.detach().clone().requires_grad_(), Wide(weight.detach()).requires_grad_(), Wide(bias.detach()).requires_grad_());
        var factors = Random(20, 5); // [T, m]
        nn.functional.linear(wideRows, wideWeight, wideBias).mul(factors).sum().backward();

        var output = MixedLinearFunction.Apply(rows, weight, bias, buffer); // [T, m]
        // Another layer uses the buffer before the backward.
        buffer?.Widen(Narrow(7, 9), ScalarType.Float32).zero_();
        output.mul(factors).sum().backward();

        GoldenCheck.Same(wideRows.grad!, rows.grad!, "rows");
        GoldenCheck.Same(wideWeight.grad!.to_type(ScalarType.BFloat16), weight.grad!, "weight");
        GoldenCheck.Same(wideBias.grad!.to_type(ScalarType.BFloat16), bias.grad!, "bias");
    }

    [Fact]
    public void The_buffer_grows_to_the_largest_weight_and_is_kept()
    {
        using var buffer = new WideningBuffer();
        var (small, large) = (Narrow(2, 3), Narrow(4, 5));
        GoldenCheck.Same(Wide(small), buffer.Widen(small, ScalarType.Float32), "small");
        var first = buffer.Widen(large, ScalarType.Float32); // [4, 5]
        GoldenCheck.Same(Wide(large), first, "large");

        var second = buffer.Widen(small, ScalarType.Float32); // [2, 3]

        GoldenCheck.Same(Wide(small), second, "small again");
        Assert.Equal(Wide(small).data<float>().ToArray(), first.flatten()[..6].data<float>().ToArray());
    }

    private Tensor Random(params long[] shape) => randn(shape, generator: _generator);

    private Tensor Narrow(params long[] shape) => Random(shape).to_type(ScalarType.BFloat16);

    private static Tensor Wide(Tensor value) => value.to_type(ScalarType.Float32);
}
