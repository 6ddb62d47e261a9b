using static TorchSharp.torch;

namespace SpectralAdapters.Functions;

/// <summary>
/// Row norms of a weight that may be zero, tiny or huge. A zero row has the norm infinity here, so that what is divided by it, and its
/// gradients, are the zero that they are multiplied by.
/// </summary>
internal static class RowNorms
{
    // Below this share of |W|^2 the terms of |W + U D|^2 cancel to less than the precision of their type allows.
    private const double LargestCancellation = 1.0 / 16;

    /// <summary>The norms of a matrix's rows; each row is scaled by its largest entry first.</summary>
    /// <param name="matrix">[m, n].</param>
    /// <returns>[m].</returns>
    public static Tensor Of(Tensor matrix)
    {
        var largest = matrix.abs().amax([1L], keepdim: true); // [m, 1]
        var scale = largest.masked_fill(largest.eq(0), 1); // [m, 1]
        var norms = matrix.div(scale).square().sum(1).sqrt().mul(scale.squeeze(1)); // [m]
        return Guarded(norms);
    }

    /// <summary>
    /// The row norms of W + U D without building it: |W|^2 + 2 rowsum(W D^T * U) + rowsum(U (D D^T) * U). Rows in which these terms
    /// cancel, overflow or underflow are built and measured.
    /// </summary>
    /// <param name="weight">W, [m, n].</param>
    /// <param name="squares">The squared row norms of W, [m].</param>
    /// <param name="up">U, [m, r].</param>
    /// <param name="down">D, [r, n].</param>
    /// <returns>[m].</returns>
    public static Tensor OfSum(Tensor weight, Tensor squares, Tensor up, Tensor down)
    {
        var cross = weight.mm(down.t()).mul_(2).addmm_(up, down.mm(down.t())); // [m, r]
        var sums = cross.mul_(up).sum(1).add_(squares); // [m]
        var limits = finfo(sums.dtype);
        var safe = sums.ge(squares.mul(LargestCancellation))
            .logical_and(sums.ge(limits.tiny / limits.eps)).logical_and(sums.le(limits.max * limits.eps)); // [m]; false for NaN
        var norms = sums.sqrt_(); // [m]
        if (safe.all().item<bool>())
        {
            return norms;
        }

        var rows = safe.logical_not().nonzero().squeeze(1); // [k]
        var built = weight.index_select(0, rows).addmm(up.index_select(0, rows), down); // [k, n]
        return norms.index_copy_(0, rows, Of(built));
    }

    private static Tensor Guarded(Tensor norms) => norms.masked_fill(norms.eq(0), double.PositiveInfinity); // [m]
}
