using SpectralAdapters.Attachment;
using SpectralAdapters.Factors;
using SpectralAdapters.Tests.Golden;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Methods;

/// <summary>DoRA where row norms vanish, cancel, overflow or underflow.</summary>
public sealed class DoraGuardTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<ScalarType, double> Types => new()
    {
        { ScalarType.Float32, 1e-6 }, { ScalarType.Float64, 1e-14 }, { ScalarType.BFloat16, 1e-2 },
    };

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Types))]
    public void A_zero_row_gives_zero_and_finite_gradients(ScalarType type, double tolerance)
    {
        var weight = tensor(new double[,] { { 1, 2, 0, 0 }, { 0, 0, 3, 4 }, { 0, 0, 0, 0 }, { 1, 1, 1, 1 } }).to_type(type); // [4, 4]
        foreach (var dropout in new[] { 0, 1e-9 })
        {
            using var adapter = Create(weight, new DoraConfig { Rank = 2, Dropout = dropout });
            var input = ones(1, 4, dtype: type).requires_grad_(); // [1, 4]
            var output = adapter.forward(input, weight, null); // [1, 4]
            GoldenCheck.Close(tensor(new double[] { 3, 7, 0, 4 }).view(1, 4), output, (tolerance, tolerance), "output");
            output.sum().backward();
            AssertFinite(adapter, input);
            GoldenCheck.Close(weight, adapter.MergedWeight(weight), (0, tolerance), "merged");
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_row_that_the_change_cancels_gives_zero_and_finite_gradients(ScalarType type, double tolerance)
    {
        var weight = tensor(new double[,] { { 1, 2, 0, 0 }, { 0, 0, 3, 4 } }).to_type(type); // [2, 4]
        using var adapter = Create(weight, new DoraConfig { Rank = 2, Alpha = 2 });
        Set(adapter, "lora_A", tensor(new double[,] { { 1, 2, 0, 0 }, { 0, 0, 0, 0 } }));
        Set(adapter, "lora_B", tensor(new double[,] { { -1, 0 }, { 0, 0 } }));
        var input = ones(1, 4, dtype: type).requires_grad_(); // [1, 4]
        var output = adapter.forward(input, weight, null); // [1, 2]
        GoldenCheck.Close(tensor(new double[] { 0, 7 }).view(1, 2), output, (tolerance, tolerance), "output");
        output.sum().backward();
        AssertFinite(adapter, input);
        GoldenCheck.Close(weight.mul(tensor(new double[] { 0, 1 }, dtype: type).unsqueeze(1)), adapter.MergedWeight(weight),
            (0, tolerance), "merged");
    }

    [Theory]
    [InlineData(ScalarType.Float32, 1e-3, 1e-4)]
    [InlineData(ScalarType.Float32, 3e-2, 1e-5)]
    [InlineData(ScalarType.Float64, 1e-3, 1e-12)]
    [InlineData(ScalarType.BFloat16, 0.1, 2e-2)]
    public void A_change_that_nearly_cancels_the_weight_is_scaled_by_the_true_norm(ScalarType type, double left, double tolerance)
    {
        var random = new Generator(3);
        var weight = randn(16, 64, dtype: ScalarType.Float64, generator: random).to_type(type); // [m, n]
        var wide = weight.to_type(type == ScalarType.Float64 ? type : ScalarType.Float32); // [m, n]
        using var adapter = Create(weight, new DoraConfig { Rank = 16, Alpha = 16 });
        Set(adapter, "lora_B", eye(16, dtype: wide.dtype).mul(-1));
        Set(adapter, "lora_A", wide.mul(1 - left)); // W + B A is that part of W
        var input = randn(5, 64, dtype: ScalarType.Float64, generator: random).to_type(type); // [T, n]
        var row = input[0].to_type(ScalarType.Float64); // [n]
        var sum = wide.to_type(ScalarType.Float64)
            .add(Parameter(adapter, "lora_B").to_type(ScalarType.Float64).mm(Parameter(adapter, "lora_A").to_type(ScalarType.Float64)));
        var scaled = sum.div(sum.norm(1, true)).mul(Parameter(adapter, "magnitude").to_type(ScalarType.Float64).unsqueeze(1)); // [m, n]
        var merged = adapter.MergedWeight(weight); // [m, n]
        GoldenCheck.Close(scaled, merged, (tolerance, tolerance), "merged");
        if (type != ScalarType.BFloat16)
        {
            // The forward's own products cancel, too, by the same share.
            var output = adapter.forward(input, weight, null)[0]; // [m]
            GoldenCheck.Close(scaled.mv(row), output, (tolerance * 30, tolerance), "output");
        }
        else
        {
            var norms = adapter.forward(eye(64, dtype: type), weight, null).t().to_type(ScalarType.Float64).norm(1, false); // [m]
            GoldenCheck.Close(Parameter(adapter, "magnitude"), norms, (0, 5e-2), "norms of the rows");
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32, 1e-25)]
    [InlineData(ScalarType.Float32, 1e25)]
    [InlineData(ScalarType.BFloat16, 1e-25)]
    [InlineData(ScalarType.Float64, 1e-200)]
    [InlineData(ScalarType.Float64, 1e200)]
    public void Rows_whose_squares_leave_the_range_of_numbers_keep_their_norm(ScalarType type, double scale)
    {
        var weight = randn(6, 8, dtype: ScalarType.Float64, generator: new Generator(4)).mul(scale).to_type(type); // [m, n]
        using var adapter = Create(weight, new DoraConfig { Rank = 2 });
        GoldenCheck.Close(weight.div(scale), adapter.MergedWeight(weight).div(scale), (1e-2, 0), "merged");
        var output = adapter.forward(eye(8, dtype: type), weight, null); // [n, m]
        GoldenCheck.Close(weight.t().div(scale), output.div(scale), (2e-2, 0), "output");
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void The_gradient_of_a_zero_magnitude_is_that_of_any_other(ScalarType type, double tolerance)
    {
        var random = new Generator(5);
        var weight = randn(6, 8, dtype: ScalarType.Float64, generator: random).to_type(type); // [m, n]
        var input = randn(3, 8, dtype: ScalarType.Float64, generator: random).to_type(type); // [T, n]
        using var adapter = Create(weight, new DoraConfig { Rank = 2 });
        var expected = MagnitudeGradient();
        Set(adapter, "magnitude", zeros(6));
        GoldenCheck.Close(expected, MagnitudeGradient(), (tolerance, tolerance), "gradient");

        Tensor MagnitudeGradient()
        {
            adapter.zero_grad();
            adapter.forward(input, weight, null).sum().backward();
            return Parameter(adapter, "magnitude").grad!.clone();
        }
    }

    [Fact]
    public void An_untrained_adapter_over_bfloat16_keeps_the_weight()
    {
        var weight = randn(12, 40, generator: new Generator(6)).to_type(ScalarType.BFloat16); // [m, n]
        using var adapter = Create(weight, new DoraConfig { Rank = 2 });
        GoldenCheck.Same(weight, adapter.MergedWeight(weight), "merged");
        GoldenCheck.Close(weight.to_type(ScalarType.Float32).norm(1, false), Parameter(adapter, "magnitude"), (1e-6, 1e-6), "magnitudes");
    }

    private static Adapter Create(Tensor weight, DoraConfig config) =>
        config.Create(new AdapterSite("layer", weight, new Generator(1), new ExactFactorSource()));

    private static TorchSharp.Modules.Parameter Parameter(Adapter adapter, string name) => adapter.get_parameter(name)!;

    private static void Set(Adapter adapter, string name, Tensor value)
    {
        using var noGrad = no_grad();
        Parameter(adapter, name).copy_(value);
    }

    private static void AssertFinite(Adapter adapter, Tensor input)
    {
        Assert.True(input.grad!.isfinite().all().item<bool>(), "input");
        Assert.All(adapter.named_parameters(), pair => Assert.True(pair.parameter.grad!.isfinite().all().item<bool>(), pair.name));
    }
}
