using SpectralAdapters.Tests.Golden;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests;

public sealed class SingularFactorsTests
{
    [Theory]
    [InlineData(48, 32)]
    [InlineData(32, 48)]
    [InlineData(7, 7)]
    public void All_exact_triplets_multiply_to_the_weight(long outFeatures, long inFeatures)
    {
        using var scope = NewDisposeScope();
        var weight = randn(outFeatures, inFeatures, dtype: ScalarType.Float64, generator: new Generator(3)); // [m, n]
        var rank = Math.Min(outFeatures, inFeatures);
        using var factors = SingularFactors.Exact(weight, ColumnSelection.Top(rank));
        GoldenCheck.Close(weight, factors.Product(), (1e-12, 0), "U S V^T");
        GoldenCheck.Close(eye(rank, dtype: ScalarType.Float64), factors.U.t().mm(factors.U), (1e-12, 0), "U^T U");
        GoldenCheck.Close(eye(rank, dtype: ScalarType.Float64), factors.V.t().mm(factors.V), (1e-12, 0), "V^T V");
    }

    [Fact]
    public void Signs_are_canonical()
    {
        using var scope = NewDisposeScope();
        var weight = randn(20, 12, dtype: ScalarType.Float64, generator: new Generator(4)); // [m, n]
        using var factors = SingularFactors.Exact(weight, ColumnSelection.Top(12));
        using var same = SingularFactors.Exact(weight.clone(), ColumnSelection.Top(12));
        GoldenCheck.Same(factors.U, same.U, "U");
        GoldenCheck.Same(factors.V, same.V, "V");
        for (var column = 0; column < 12; column++)
        {
            var values = Enumerable.Range(0, 20).Select(row => factors.U[row, column].item<double>()).ToList();
            Assert.True(values.MaxBy(Math.Abs) > 0);
        }
    }

    [Fact]
    public void Chosen_columns_are_those_of_the_full_decomposition()
    {
        using var scope = NewDisposeScope();
        var weight = randn(16, 24, dtype: ScalarType.Float64, generator: new Generator(5)); // [m, n]
        using var all = SingularFactors.Exact(weight, ColumnSelection.Top(16));
        foreach (var columns in new[] { ColumnSelection.Bottom(3), ColumnSelection.Skip(5, 4), ColumnSelection.Block(2, 4),
            ColumnSelection.List(9, 0, 15) })
        {
            using var chosen = SingularFactors.Exact(weight, columns);
            using var indices = tensor(columns.Indices(16).ToArray());
            GoldenCheck.Same(all.U.index_select(1, indices), chosen.U, columns.ToString());
            GoldenCheck.Same(all.S.index_select(0, indices), chosen.S, columns.ToString());
            GoldenCheck.Same(all.V.index_select(1, indices), chosen.V, columns.ToString());
        }
    }

    [Fact]
    public void A_weight_with_NaN_is_refused()
    {
        using var weight = full([4, 4], float.NaN);
        var error = Assert.Throws<ArgumentException>(() => SingularFactors.Exact(weight, ColumnSelection.Top(1)));
        Assert.Contains("[4, 4]", error.Message);
    }
}
