using SpectralAdapters.Factors;
using SpectralAdapters.Tests.Golden;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Factors;

/// <summary>Weights whose squares leave the range of numbers, as a whole or in part, have the factors of any other weight.</summary>
public sealed class ScaledWeightTests : IDisposable
{
    private static readonly ColumnSelection Top8 = ColumnSelection.Top(8);

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(ScalarType.Float32, 1e-22)]
    [InlineData(ScalarType.Float32, 1e-36)]
    [InlineData(ScalarType.Float32, 1e22)]
    [InlineData(ScalarType.Float32, 1e35)]
    [InlineData(ScalarType.BFloat16, 1e-22)]
    [InlineData(ScalarType.Float64, 1e-200)]
    [InlineData(ScalarType.Float64, 1e200)]
    public void Factors_scale_with_the_weight(ScalarType type, double scale)
    {
        var weight = KnownWeight.PowerLaw(512, 512, 0.5).Weight.mul(scale).to_type(type); // [m, n]
        var exact = SingularFactors.Exact(weight, Top8);
        var found = new RandomisedFactorSource().Get("layer", weight, Top8);
        GoldenCheck.Close(exact.S.div(scale), found.S.div(scale), (0, 1e-4), "S");
        GoldenCheck.Close(exact.U.abs(), found.U.abs(), (2e-3, 0), "U");
    }

    [Theory]
    [InlineData(1e-10)]
    [InlineData(1e-20)]
    [InlineData(0)]
    public void A_weight_of_few_live_rows_is_decomposed(double rest)
    {
        var weight = randn(512, 512, generator: new Generator(3)); // [m, n]
        weight.narrow(0, 10, 502).mul_(rest);
        var exact = SingularFactors.Exact(weight, Top8);
        var found = new RandomisedFactorSource().Get("layer", weight, Top8);
        GoldenCheck.Close(exact.S, found.S, (0, 1e-5), "S");
        GoldenCheck.Close(exact.Product(), found.Product(), (2e-2, 0), "U S V^T");
        Assert.True(double.IsFinite(found.Origin.Residual));
    }

    [Fact]
    public void Large_finite_numbers_are_neither_infinite_nor_refused()
    {
        var weight = randn(24, 16, dtype: ScalarType.Float64, generator: new Generator(1)).abs().mul(1e307); // sum above the range
        var exact = SingularFactors.Exact(weight, ColumnSelection.Top(2));
        GoldenCheck.Close(SingularFactors.Exact(weight.div(1e307), ColumnSelection.Top(2)).S, exact.S.div(1e307), (0, 1e-12), "S");
    }
}
