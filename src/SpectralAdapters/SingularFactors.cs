using SpectralAdapters.Factors;
using SpectralAdapters.Functions;
using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>
/// Chosen singular triplets of a weight: W = U diag(S) V^T restricted to some columns. Signs are canonical: in every column of
/// U the entry of largest magnitude is positive, so that equal weights give equal factors on every machine.
/// </summary>
/// <param name="U">U_J, [m, r].</param>
/// <param name="S">S_J, [r].</param>
/// <param name="V">V_J, [n, r].</param>
/// <param name="Origin">How they were computed.</param>
public sealed record SingularFactors(Tensor U, Tensor S, Tensor V, FactorOrigin Origin) : IDisposable
{
    /// <summary>r.</summary>
    public long Rank => S.shape[0];

    /// <summary>The chosen triplets of the full decomposition.</summary>
    /// <param name="weight">[m, n]; decomposed in float64 if it is that, else in float32.</param>
    /// <param name="columns">Which triplets.</param>
    /// <returns>Factors on the weight's device, in the element type of the decomposition.</returns>
    /// <exception cref="ArgumentException">A column does not exist, or the weight holds NaN or infinity.</exception>
    public static SingularFactors Exact(Tensor weight, ColumnSelection columns)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var indices = columns.Indices(Math.Min(weight.shape[0], weight.shape[1]));
        RequireFinite(weight);
        var (u, s, vh) = linalg.svd(weight.detach().to_type(ComputeType.For(weight.dtype)), fullMatrices: false);
        var chosen = tensor(indices.ToArray(), dtype: ScalarType.Int64, device: weight.device); // [r]
        return Canonical(u.index_select(1, chosen), s.index_select(0, chosen), vh.index_select(0, chosen).t(),
            new FactorOrigin("exact", 0, 0));
    }

    /// <summary>The dense part of the weight that these triplets make up, [m, n].</summary>
    public Tensor Product()
    {
        using var scaled = U.mul(S); // [m, r]
        return scaled.mm(V.t());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        U.Dispose();
        S.Dispose();
        V.Dispose();
    }

    /// <summary>Factors with canonical signs, moved out of the caller's dispose scope.</summary>
    internal static SingularFactors Canonical(Tensor u, Tensor s, Tensor v, FactorOrigin origin)
    {
        var rows = u.abs().argmax(0, keepdim: true); // [1, r]
        var signs = u.gather(0, rows).sign(); // [1, r]
        return new SingularFactors(
            u.mul(signs).contiguous().MoveToOuterDisposeScope(),
            s.clone().MoveToOuterDisposeScope(),
            v.mul(signs).contiguous().MoveToOuterDisposeScope(),
            origin);
    }

    /// <summary>Refuses a weight that has no decomposition.</summary>
    internal static void RequireFinite(Tensor weight)
    {
        using var scope = NewDisposeScope();
        if (!weight.detach().isfinite().all().item<bool>())
        {
            throw new ArgumentException(
                $"The weight [{string.Join(", ", weight.shape)}] holds NaN or infinity; it has no singular value decomposition.");
        }
    }
}
