using SpectralAdapters.Functions;
using static TorchSharp.torch;

namespace SpectralAdapters.Factors;

/// <summary>
/// Leading singular triplets without a full decomposition: a random subspace of q directions (Halko, Martinsson and Tropp
/// 2011), turned towards the leading ones by Chebyshev filters of W^T W (Zhou and Saad 2007) and measured by Rayleigh-Ritz
/// after each. It ends when the subspace of the r leading triplets is known to a sine of <see cref="SineTolerance"/>.
/// </summary>
internal static class SubspaceIteration
{
    /// <summary>Half of the sine 1e-3 that is promised, because the estimate is of the first order.</summary>
    private const double SineTolerance = 5e-4;

    // A full decomposition of a square weight costs about this many products of the usual width.
    private const int MostIterations = 40;

    // The last Ritz values have converged least and lie below the singular values that they stand for. A filter whose edge
    // were the last one would amplify directions that are not wanted.
    private const double EdgePosition = 0.7;

    // Before a first measurement the edge is a guess.
    private const int FirstDegree = 2;

    // How much more than the r-th direction a filter may amplify the first: float32 has seven digits to lose.
    private const double LargestSpread = 1e4;

    // Singular values below this share of the first (its square) are rounding: an edge there would amplify without bound.
    private const double SmallestEdge = 1e-12;

    // The filter is a little weaker than computed, since its edge is an estimate.
    private const double DegreeReserve = 1.5;

    /// <summary>q, the size of the iterated subspace.</summary>
    /// <param name="rank">r.</param>
    public static long Width(long rank) => Math.Max(2 * rank, rank + 16);

    /// <summary>
    /// The leading triplets of a weight, or null if the test is not passed: r-th and next singular value are as good as equal,
    /// or the weight is zero or not finite. The weight is scaled to entries around 1, without rounding.
    /// </summary>
    /// <param name="weight">W, [m, n]; computed in float64 if it is that, else in float32.</param>
    /// <param name="rank">r; q must not be larger than the smaller side.</param>
    /// <param name="seed">The seed of the random start.</param>
    public static SingularFactors? Leading(Tensor weight, int rank, ulong seed)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var scale = WeightScale.Of(weight);
        if (scale == 0 || !double.IsFinite(scale))
        {
            return null;
        }

        var matrix = weight.detach().to_type(ComputeType.For(weight.dtype)).div(scale); // [m, n]

        var width = (int)Width(rank);
        var edgeIndex = rank + (int)((width - rank) * EdgePosition);
        var basis = RandomBasis(matrix, width, seed); // [n, q]
        for (int iterations = 1, degree = FirstDegree; iterations <= MostIterations; iterations += degree)
        {
            using var ritz = RitzTriplets.Of(matrix, basis);
            var edge = Math.Max(ritz.Square(edgeIndex), ritz.Square(0) * SmallestEdge);
            var sine = ritz.SubspaceSine(rank, edge);
            if (sine <= SineTolerance)
            {
                var origin = new FactorOrigin("randomised", seed, ritz.RelativeResidual(rank), iterations);
                var values = ritz.S.narrow(0, 0, rank).mul(scale); // [r]
                return SingularFactors.Canonical(ritz.U.narrow(1, 0, rank), values, ritz.V.narrow(1, 0, rank), origin);
            }

            degree = iterations == 1 ? FirstDegree : Degree(ritz, rank, edge, sine);
            using var turned = ritz.Filter(matrix, degree, edge); // [n, q]
            if (!turned.isfinite().all().item<bool>())
            {
                return null;
            }

            basis.Dispose();
            basis = Orthonormal(turned);
        }

        return null;
    }

    private static Tensor RandomBasis(Tensor matrix, int width, ulong seed)
    {
        // Drawn on the CPU in float32, so that a seed means the same start on every device.
        using var scope = NewDisposeScope();
        using var generator = new Generator(seed);
        var start = randn(matrix.shape[1], width, dtype: ScalarType.Float32, generator: generator);
        return Orthonormal(start.to(matrix.dtype, matrix.device)).MoveToOuterDisposeScope();
    }

    private static Tensor Orthonormal(Tensor basis)
    {
        var (q, r) = linalg.qr(basis); // [n, q], [q, q]
        r.Dispose();
        return q;
    }

    /// <summary>The smallest degree that should pass the test, or the largest that keeps the first column from drowning the r-th.</summary>
    private static int Degree(RitzTriplets ritz, int rank, double edge, double sine)
    {
        // T_d(x) = cosh(d acosh x) for x > 1.
        var last = Growth(rank - 1);
        var wanted = Math.Ceiling(Math.Log(DegreeReserve * sine / SineTolerance) / last);
        var allowed = Math.Floor(Math.Log(LargestSpread) / (Growth(0) - last));
        var degree = Math.Min(wanted, allowed);
        return degree >= 1 ? (int)Math.Min(degree, MostIterations) : 1;

        double Growth(int index) => Math.Acosh((2 * ritz.Square(index) / edge) - 1);
    }
}
