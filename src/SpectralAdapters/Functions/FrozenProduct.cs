using static TorchSharp.torch;

namespace SpectralAdapters.Functions;

/// <summary>
/// Products with a frozen weight whose element type may be narrower than that of the rows, as that of bfloat16 weights under float32 hidden
/// states.
/// </summary>
internal static class FrozenProduct
{
    // For as few, reading the weight takes most of the time: products in its own type are faster than widening it, even on a processor
    // without instructions for them.
    private const long FewRows = 8;

    /// <summary>x W^T + b.</summary>
    /// <param name="rows">x, [T, n].</param>
    /// <param name="weight">W, [m, n].</param>
    /// <param name="bias">b, [m], or null.</param>
    /// <param name="buffer">Where the weight is widened; null for a buffer of this call's own.</param>
    /// <returns>[T, m], in the element type of the rows.</returns>
    public static Tensor Linear(Tensor rows, Tensor weight, Tensor? bias, WideningBuffer? buffer)
    {
        if (rows.dtype == weight.dtype)
        {
            return nn.functional.linear(rows, weight, bias); // [T, m]
        }

        using var scope = NewDisposeScope();
        var own = bias?.to_type(rows.dtype); // [m]
        if (rows.shape[0] > FewRows)
        {
            return nn.functional.linear(rows, Widened(weight, rows.dtype, buffer), own).MoveToOuterDisposeScope(); // [T, m]
        }

        var product = rows.to_type(weight.dtype).mm(weight.t()).to_type(rows.dtype); // [T, m]
        return (own is null ? product : product.add_(own)).MoveToOuterDisposeScope();
    }

    /// <summary>g W, the gradient of x.</summary>
    /// <param name="gradient">g, [T, m].</param>
    /// <param name="weight">W, [m, n].</param>
    /// <param name="buffer">As in <see cref="Linear"/>.</param>
    /// <returns>[T, n], in the element type of the gradient.</returns>
    public static Tensor InputGradient(Tensor gradient, Tensor weight, WideningBuffer? buffer)
    {
        if (gradient.dtype == weight.dtype)
        {
            return gradient.mm(weight); // [T, n]
        }

        using var scope = NewDisposeScope();
        return gradient.mm(Widened(weight, gradient.dtype, buffer)).MoveToOuterDisposeScope(); // [T, n]
    }

    /// <summary>A weight in an element type: itself, or widened.</summary>
    public static Tensor Widened(Tensor weight, ScalarType type, WideningBuffer? buffer) =>
        weight.dtype == type ? weight : buffer?.Widen(weight, type) ?? weight.detach().to_type(type);
}
