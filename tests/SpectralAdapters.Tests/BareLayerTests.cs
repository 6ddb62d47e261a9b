using SpectralAdapters.Functions;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests;

/// <summary>The layer without an adapter against libtorch's own linear layer.</summary>
public sealed class BareLayerTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_product_is_libtorchs(bool hasBias)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var input = randn([2, 5, 7], ScalarType.Float64, generator: generator); // [B, T, n]
        var weight = randn([3, 7], ScalarType.Float64, generator: generator); // [m, n]
        var bias = hasBias ? randn([3], ScalarType.Float64, generator: generator) : null; // [m]

        var rows = nn.functional.linear(input.view(10, 7), weight, bias); // [B T, m]
        var result = LowRankLinear.BaseForward(input, weight, bias, buffer: null); // [B, T, m]
        Assert.Equal([2L, 5L, 3L], result.shape);
        Assert.True(result.view(10, 3).eq(rows).all().item<bool>());

        // Over three dimensions libtorch rounds once more, when it adds the bias.
        Assert.True(result.allclose(nn.functional.linear(input, weight, bias), rtol: 0, atol: 1e-14));
    }
}
