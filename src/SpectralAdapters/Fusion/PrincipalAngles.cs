using static TorchSharp.torch;

namespace SpectralAdapters.Fusion;

/// <summary>Principal angles between the spans of two thin matrices.</summary>
internal static class PrincipalAngles
{
    /// <summary>The angles in radians, rising, as many as the smaller span has dimensions.</summary>
    /// <param name="first">[d, p].</param>
    /// <param name="second">[d, q].</param>
    public static IReadOnlyList<double> Between(Tensor first, Tensor second)
    {
        using var scope = NewDisposeScope();
        var (large, small) = (Basis(first), Basis(second)); // [d, p'], [d, q']
        if (large.shape[1] < small.shape[1])
        {
            (large, small) = (small, large);
        }

        if (small.shape[1] == 0)
        {
            return [];
        }

        // The cosine is exact for large angles only and the sine for small ones; the arc tangent of both is exact throughout.
        var overlap = large.t().mm(small); // [p', q']
        var (_, cosines, _) = linalg.svd(overlap, fullMatrices: false); // falling, [q']
        var (_, sines, _) = linalg.svd(small.sub(large.mm(overlap)), fullMatrices: false); // falling, [q']
        var rising = sines.flip(0); // [q']
        return [.. rising.data<double>().ToArray().Zip(cosines.data<double>().ToArray(), Math.Atan2)];
    }

    // An orthonormal basis of the span; columns that depend on others up to rounding add nothing to it.
    private static Tensor Basis(Tensor matrix)
    {
        // Each column by its largest entry: a small one spans as much as a large one.
        var wide = matrix.cpu().to_type(ScalarType.Float64); // [d, p]
        var largest = wide.abs().amax([0L], keepdim: true); // [1, p]
        var (u, s, _) = linalg.svd(wide.div(largest.masked_fill(largest.eq(0), 1)), fullMatrices: false); // [d, p], [p]
        var values = s.data<double>().ToArray();
        var rounding = matrix.dtype == ScalarType.Float64 ? 1e-14 : 1e-6;
        var rank = values.Count(value => value > values[0] * rounding);
        return u.narrow(1, 0, rank);
    }
}
