using static TorchSharp.torch;

namespace SpectralAdapters.Functions;

/// <summary>
/// The forward of a layer whose adapter is merged, for callers that may run a backward: the adapter's parameters are no part of the
/// merged weight, so that the backward fails with that reason instead of leaving them without a gradient.
/// </summary>
internal sealed class MergedFunction : AdapterFunction<MergedFunction>
{
    /// <summary>Applies the operation.</summary>
    /// <param name="rows">x, [T, n].</param>
    /// <param name="weight">The merged weight, [m, n].</param>
    /// <param name="bias">b, [m], or null.</param>
    /// <param name="buffer">Where a weight of a narrower element type than the rows' is widened.</param>
    /// <param name="parameter">A parameter of the adapter that needs a gradient.</param>
    /// <returns>[T, m].</returns>
    public static Tensor Apply(Tensor rows, Tensor weight, Tensor? bias, WideningBuffer? buffer, Tensor parameter) =>
        Call(rows, weight, bias!, buffer!, parameter);

    /// <inheritdoc/>
    protected override Tensor Forward(autograd.AutogradContext context, object[] arguments) =>
        FrozenProduct.Linear((Tensor)arguments[0], (Tensor)arguments[1], (Tensor?)arguments[2], (WideningBuffer?)arguments[3]);

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor?> Backward(autograd.AutogradContext context, Tensor gradient) =>
        throw new InvalidOperationException(
            "the adapter is merged, and a merged adapter cannot be trained; call Unmerge before the forward.");
}
