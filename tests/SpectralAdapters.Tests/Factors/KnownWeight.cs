using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Factors;

/// <summary>A weight made from random singular vectors and given singular values, in float64.</summary>
internal sealed record KnownWeight(Tensor Weight, Tensor U, Tensor V)
{
    /// <summary>Singular values i^-decay.</summary>
    public static KnownWeight PowerLaw(long outFeatures, long inFeatures, double decay, ulong seed = 1) =>
        With(outFeatures, inFeatures, arange(1, Math.Min(outFeatures, inFeatures) + 1, dtype: ScalarType.Float64).pow(-decay), seed);

    public static KnownWeight With(long outFeatures, long inFeatures, Tensor values, ulong seed = 1)
    {
        using var generator = new Generator(seed);
        var count = values.shape[0];
        var u = linalg.qr(randn(outFeatures, count, dtype: ScalarType.Float64, generator: generator)).Q; // [m, k]
        var v = linalg.qr(randn(inFeatures, count, dtype: ScalarType.Float64, generator: generator)).Q; // [n, k]
        return new KnownWeight(u.mul(values).mm(v.t()), u, v);
    }

    /// <summary>The sine of the largest angle between found leading singular vectors and the true ones, on the worse side.</summary>
    public double LargestSine(SingularFactors found) => Math.Max(LargestSine(U, found.U), LargestSine(V, found.V));

    private static double LargestSine(Tensor all, Tensor found)
    {
        using var scope = NewDisposeScope();
        var truth = all.narrow(1, 0, found.shape[1]); // [m, r]
        var basis = linalg.qr(found.to_type(ScalarType.Float64)).Q; // [m, r]
        return linalg.svdvals(basis.sub(truth.mm(truth.t().mm(basis)))).max().item<double>();
    }
}
