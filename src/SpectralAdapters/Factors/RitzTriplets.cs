using static TorchSharp.torch;

namespace SpectralAdapters.Factors;

/// <summary>
/// The best singular triplets of W that a subspace of its inputs holds (Rayleigh-Ritz): W V = U diag(S) exactly, and
/// W^T U = V diag(S) up to a residual that is orthogonal to the subspace.
/// </summary>
internal sealed class RitzTriplets : IDisposable
{
    private readonly Tensor _image;
    private readonly double[] _values;
    private readonly double[] _residuals;

    private RitzTriplets(Tensor u, Tensor s, Tensor v, Tensor image, double[] values, double[] residuals)
    {
        (U, S, V, _image, _values, _residuals) = (u, s, v, image, values, residuals);
    }

    /// <summary>[m, q].</summary>
    public Tensor U { get; }

    /// <summary>[q], falling.</summary>
    public Tensor S { get; }

    /// <summary>[n, q].</summary>
    public Tensor V { get; }

    /// <summary>The triplets of a subspace, by one product with W and one with its transpose.</summary>
    /// <param name="weight">W, [m, n].</param>
    /// <param name="basis">An orthonormal basis of the subspace, [n, q].</param>
    public static RitzTriplets Of(Tensor weight, Tensor basis)
    {
        using var scope = NewDisposeScope();
        var (q, r) = linalg.qr(weight.mm(basis)); // [m, q], [q, q]
        var (p, s, zh) = linalg.svd(r); // [q, q], [q], [q, q]
        var u = q.mm(p); // [m, q]
        var v = basis.mm(zh.t()); // [n, q]
        var image = weight.t().mm(u); // [n, q]
        var residuals = image.sub(v.mul(s)).norm(0); // [q]
        return new RitzTriplets(
            u.MoveToOuterDisposeScope(), s.MoveToOuterDisposeScope(), v.MoveToOuterDisposeScope(), image.MoveToOuterDisposeScope(),
                Numbers(s), Numbers(residuals));
    }

    /// <summary>The largest residual norm |W^T u_i - s_i v_i| of the leading triplets, relative to s_i.</summary>
    /// <param name="rank">r, how many lead.</param>
    public double RelativeResidual(int rank) => Enumerable.Range(0, rank)
        .Select(i => _residuals[i] == 0 ? 0 : _residuals[i] / _values[i])
        .Aggregate(0.0, Math.Max);

    /// <summary>
    /// How far the leading triplets' subspace is from that of W, as the sine of the largest angle, by perturbation theory of
    /// the first order for W^T W. The residual E couples a leading triplet i with what lies outside the subspace, whose
    /// singular values are at most h: sine s_i |E_i| / (s_i^2 - h^2). Through the outside it also couples i with the triplets
    /// r &lt;= j &lt; q inside: sine s_i |E_i| / (s_i^2 - h^2) times s_j |E_j| / (s_(r-1)^2 - s_j^2). Not a number where s_r
    /// cannot be told from what follows.
    /// </summary>
    /// <param name="rank">r, how many lead.</param>
    /// <param name="edge">h^2.</param>
    public double SubspaceSine(int rank, double edge)
    {
        var outside = Root(0, rank, i => _values[i] * _residuals[i] / (Square(i) - edge));
        var inside = Root(rank, _values.Length, j => _values[j] * _residuals[j] / (Square(rank - 1) - Square(j)));
        return outside * Math.Sqrt(1 + (inside * inside));
    }

    /// <summary>The square of a Ritz value, [0, q).</summary>
    public double Square(int index) => _values[index] * _values[index];

    /// <summary>
    /// T_d((2 / h^2) W^T W - 1) V with the Chebyshev polynomial of degree d: parts with singular values below h stay
    /// bounded, those above grow as fast as a polynomial of this degree can make them.
    /// </summary>
    /// <param name="weight">W, [m, n].</param>
    /// <param name="degree">d, at least 1; d - 1 products with W and as many with its transpose.</param>
    /// <param name="edge">h^2.</param>
    /// <returns>[n, q].</returns>
    public Tensor Filter(Tensor weight, int degree, double edge)
    {
        using var scope = NewDisposeScope();
        var previous = V; // [n, q]
        var current = _image.mul(S).mul(2 / edge).sub(V); // [n, q]
        for (var k = 1; k < degree; k++)
        {
            var squared = weight.t().mm(weight.mm(current)); // [n, q]
            var next = squared.mul_(4 / edge).sub_(current.mul(2)).sub_(previous); // [n, q]
            (previous, current) = (current, next);
        }

        return current.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        U.Dispose();
        S.Dispose();
        V.Dispose();
        _image.Dispose();
    }

    private static double Root(int from, int to, Func<int, double> term) =>
        Math.Sqrt(Enumerable.Range(from, to - from).Sum(i => term(i) * term(i)));

    private static double[] Numbers(Tensor values)
    {
        using var scope = NewDisposeScope();
        return [.. values.to(ScalarType.Float64, CPU).data<double>()];
    }
}
