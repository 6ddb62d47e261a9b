using static TorchSharp.torch;

namespace Bench.Svd;

/// <summary>Random singular vectors of one shape, in float64, and float32 weights made from them.</summary>
internal sealed class KnownFactors : IDisposable
{
    private readonly Tensor _u;
    private readonly Tensor _v;

    public KnownFactors(long outFeatures, long inFeatures)
    {
        using var generator = new Generator(1);
        var count = Math.Min(outFeatures, inFeatures);
        _u = Orthonormal(outFeatures, count, generator); // [m, k]
        _v = Orthonormal(inFeatures, count, generator); // [n, k]
    }

    /// <summary>The weight with singular values i^-decay, [m, n].</summary>
    public Tensor Weight(double decay)
    {
        using var scope = NewDisposeScope();
        var values = arange(1, _u.shape[1] + 1, dtype: ScalarType.Float64).pow(-decay); // [k]
        return _u.mul(values).mm(_v.t()).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>The sine of the largest angle between found leading singular vectors and the true ones, on the worse side.</summary>
    public double LargestSine(Tensor foundU, Tensor foundV) => Math.Max(LargestSineOf(_u, foundU), LargestSineOf(_v, foundV));

    public void Dispose()
    {
        _u.Dispose();
        _v.Dispose();
    }

    private static Tensor Orthonormal(long rows, long columns, Generator generator)
    {
        using var scope = NewDisposeScope();
        return linalg.qr(randn(rows, columns, dtype: ScalarType.Float64, generator: generator)).Q.MoveToOuterDisposeScope();
    }

    private static double LargestSineOf(Tensor all, Tensor found)
    {
        using var scope = NewDisposeScope();
        var truth = all.narrow(1, 0, found.shape[1]); // [m, r]
        var basis = linalg.qr(found.to_type(ScalarType.Float64)).Q; // [m, r]
        return linalg.svdvals(basis.sub(truth.mm(truth.t().mm(basis)))).max().item<double>();
    }
}
