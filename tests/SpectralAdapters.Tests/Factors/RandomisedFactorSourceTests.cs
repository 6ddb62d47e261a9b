using SpectralAdapters.Factors;
using SpectralAdapters.Tests.Golden;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Factors;

public sealed class RandomisedFactorSourceTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(640, 512, 0.3, 8)]
    [InlineData(640, 512, 0.5, 8)]
    [InlineData(640, 512, 1, 8)]
    [InlineData(512, 640, 0.3, 32)]
    [InlineData(512, 640, 0.5, 32)]
    [InlineData(512, 640, 1, 32)]
    public void The_leading_subspace_is_within_a_sine_of_one_thousandth(long outFeatures, long inFeatures, double decay, long rank)
    {
        var known = KnownWeight.PowerLaw(outFeatures, inFeatures, decay);
        var weight = known.Weight.to_type(ScalarType.Float32); // [m, n]

        var factors = new RandomisedFactorSource(3).Get("layer", weight, ColumnSelection.Top(rank));

        Assert.Equal("randomised", factors.Origin.Method);
        Assert.Null(factors.Origin.Remark);
        Assert.True(known.LargestSine(factors) <= 1e-3, $"sine {known.LargestSine(factors):E2}, {factors.Origin}");
        GoldenCheck.Close(eye(rank), factors.U.t().mm(factors.U), (1e-5, 0), "U^T U");
        GoldenCheck.Close(eye(rank), factors.V.t().mm(factors.V), (1e-5, 0), "V^T V");
        var exact = SingularFactors.Exact(weight, ColumnSelection.Top(rank));
        GoldenCheck.Close(exact.S, factors.S, (0, 1e-5), "S");
        Assert.True(exact.U.t().mm(factors.U).diagonal().min().item<float>() > 0, "a sign differs from that of the full decomposition");
    }

    [Fact]
    public void Float64_weights_are_decomposed_in_float64()
    {
        var known = KnownWeight.PowerLaw(512, 512, 0.5);
        var factors = new RandomisedFactorSource().Get("layer", known.Weight, ColumnSelection.Top(8));
        Assert.Equal(("randomised", ScalarType.Float64), (factors.Origin.Method, factors.U.dtype));
        Assert.True(known.LargestSine(factors) <= 1e-3);
        GoldenCheck.Close(eye(8, dtype: ScalarType.Float64), factors.U.t().mm(factors.U), (1e-12, 0), "U^T U");
    }

    [Fact]
    public void A_seed_decides_the_bits_and_the_origin_says_how_they_came_about()
    {
        var weight = KnownWeight.PowerLaw(512, 512, 0.5).Weight.to_type(ScalarType.Float32);
        var (first, again, other) = (Top8(7), Top8(7), Top8(8));
        GoldenCheck.Same(first.U, again.U, "U");
        GoldenCheck.Same(first.V, again.V, "V");
        Assert.False(first.U.Equals(other.U));
        Assert.Equal(7UL, first.Origin.Seed);
        Assert.InRange(first.Origin.Iterations, 2, 40);
        var residual = weight.t().mm(first.U).sub(first.V.mul(first.S)).norm(0).div(first.S).max().item<float>();
        Assert.Equal(residual, first.Origin.Residual, residual / 100);

        SingularFactors Top8(ulong seed) => new RandomisedFactorSource(seed).Get("layer", weight, ColumnSelection.Top(8));
    }

    [Theory]
    [InlineData("bottom:8", 512, "columns bottom:8 are not the leading ones")]
    [InlineData("block:1:8", 512, "columns block:1:8 are not the leading ones")]
    [InlineData("list:1,0", 512, "columns list:1,0 are not the leading ones")]
    [InlineData("top:8", 511, "the smaller side 511 is below 512")]
    [InlineData("top:40", 512, "the subspace of 80 is larger than 1/8 of the smaller side 512")]
    public void What_is_not_leading_large_and_narrow_is_decomposed_exactly_and_says_why(string columns, long side, string remark)
    {
        var weight = randn(side, 520, generator: new Generator(2));
        var selection = ColumnSelection.Parse(columns);
        var factors = new RandomisedFactorSource().Get("layer", weight, selection);
        var exact = SingularFactors.Exact(weight, selection);
        Assert.Equal(("exact", remark), (factors.Origin.Method, factors.Origin.Remark));
        GoldenCheck.Same(exact.U, factors.U, "U");
        GoldenCheck.Same(exact.V, factors.V, "V");
    }

    [Theory]
    [InlineData("block:0:8")]
    [InlineData("skip:0:8")]
    [InlineData("list:0,1,2,3,4,5,6,7")]
    public void Leading_columns_are_leading_under_every_name(string columns)
    {
        var weight = KnownWeight.PowerLaw(512, 512, 1).Weight;
        var factors = new RandomisedFactorSource().Get("layer", weight, ColumnSelection.Parse(columns));
        Assert.Equal("randomised", factors.Origin.Method);
    }

    [Fact]
    public void Without_a_gap_behind_the_last_column_the_test_fails_and_the_factors_are_exact()
    {
        var values = ones(512, dtype: ScalarType.Float64);
        values.narrow(0, 0, 4).fill_(3);
        var weight = KnownWeight.With(512, 512, values).Weight.to_type(ScalarType.Float32);
        Assert.Equal("randomised", new RandomisedFactorSource().Get("layer", weight, ColumnSelection.Top(4)).Origin.Method);
        var origin = new RandomisedFactorSource().Get("layer", weight, ColumnSelection.Top(8)).Origin;
        Assert.Equal(("exact", "the leading 8 singular values do not stand apart from the next"), (origin.Method, origin.Remark));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(12)]
    public void Weights_of_low_rank_are_decomposed(long weightRank)
    {
        var weight = zeros(512, 512);
        if (weightRank > 0)
        {
            weight = KnownWeight.With(512, 512, arange(weightRank, 0, -1, dtype: ScalarType.Float64)).Weight.to_type(ScalarType.Float32);
        }

        var factors = new RandomisedFactorSource().Get("layer", weight, ColumnSelection.Top(8));
        var exact = SingularFactors.Exact(weight, ColumnSelection.Top(8));
        GoldenCheck.Close(exact.S, factors.S, (1e-4, 0), "S");
        GoldenCheck.Close(exact.Product(), factors.Product(), (1e-4, 0), "U S V^T");
    }

    [Fact]
    public void A_weight_with_infinity_is_refused()
    {
        var weight = zeros(512, 600);
        weight.narrow(0, 3, 1).fill_(double.PositiveInfinity);
        var error = Assert.Throws<ArgumentException>(() => new RandomisedFactorSource().Get("layer", weight, ColumnSelection.Top(8)));
        Assert.Contains("[512, 600]", error.Message);
    }

    [Fact]
    public void No_tensor_is_left_behind()
    {
        var weight = KnownWeight.PowerLaw(512, 512, 0.5).Weight;
        var before = LiveTensors.Count();
        using (new RandomisedFactorSource().Get("layer", weight, ColumnSelection.Top(8)))
        {
            Assert.Equal(before + 3, Tensor.TotalCount);
        }
    }
}
