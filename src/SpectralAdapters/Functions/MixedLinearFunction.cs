using static TorchSharp.torch;

namespace SpectralAdapters.Functions;

/// <summary>x W^T + b over a weight of a narrower element type, which is widened again in the backward instead of being kept.</summary>
internal sealed class MixedLinearFunction : AdapterFunction<MixedLinearFunction>
{
    private const string NeedsKey = "which arguments need a gradient";
    private const string BufferKey = "buffer";

    /// <summary>Applies the operation.</summary>
    /// <param name="rows">x, [T, n].</param>
    /// <param name="weight">W, [m, n].</param>
    /// <param name="bias">b, [m], or null.</param>
    /// <param name="buffer">Where the weight is widened; null for buffers of each call's own.</param>
    /// <returns>[T, m], in the element type of the rows.</returns>
    public static Tensor Apply(Tensor rows, Tensor weight, Tensor? bias, WideningBuffer? buffer) => Call(rows, weight, bias!, buffer!);

    /// <inheritdoc/>
    protected override Tensor Forward(autograd.AutogradContext context, object[] arguments)
    {
        var (rows, weight, bias) = ((Tensor)arguments[0], (Tensor)arguments[1], (Tensor?)arguments[2]);
        var buffer = (WideningBuffer?)arguments[3];
        context.save_data(NeedsKey, (rows.requires_grad, weight.requires_grad, bias is { requires_grad: true }));
        context.save_data(BufferKey, buffer!);
        context.save_for_backward([rows, weight]);
        return FrozenProduct.Linear(rows, weight, bias, buffer); // [T, m]
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor?> Backward(autograd.AutogradContext context, Tensor gradient)
    {
        var saved = context.get_saved_variables();
        var (rows, weight) = (saved[0], saved[1]);
        var (isInputNeeded, isWeightNeeded, isBiasNeeded) = ((bool, bool, bool))context.get_data(NeedsKey)!;
        using var noGrad = no_grad();
        return
        [
            isInputNeeded ? FrozenProduct.InputGradient(gradient, weight, (WideningBuffer?)context.get_data(BufferKey)) : null, // [T, n]
            isWeightNeeded ? gradient.t().mm(rows).to_type(weight.dtype) : null, // [m, n]
            isBiasNeeded ? gradient.sum(dim: 0).to_type(weight.dtype) : null, // [m]
            null,
        ];
    }
}
