using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>Random orthonormal columns, uniformly distributed over all orientations.</summary>
internal static class RandomOrthonormal
{
    /// <summary>The first columns of a random orthogonal matrix, without building the rest.</summary>
    /// <param name="size">Rows.</param>
    /// <param name="count">Columns, at most as many.</param>
    /// <param name="generator">Source of the randomness.</param>
    /// <returns>[size, count], float32 on the CPU.</returns>
    public static Tensor Columns(long size, long count, Generator generator)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (q, r) = linalg.qr(randn(size, count, dtype: ScalarType.Float32, generator: generator)); // [size, count], [count, count]

        // Without the signs of R's diagonal the distribution would depend on the decomposition's own choice.
        return q.mul(r.diag().sign()).MoveToOuterDisposeScope();
    }
}
