using static TorchSharp.torch;

namespace SpectralAdapters.Functions;

/// <summary>
/// y = ((x V) * s) U^T + b as one operation over x and s. The hidden x V is as large as the input; it is computed again in the
/// backward and not kept.
/// </summary>
internal sealed class SvdiffFunction : AdapterFunction<SvdiffFunction>
{
    private const string InputKey = "input needs a gradient";

    /// <summary>Applies the operation. U, V and s may be of another element type than x.</summary>
    /// <param name="rows">x, [T, n].</param>
    /// <param name="values">s, [k].</param>
    /// <param name="u">U, frozen, [m, k].</param>
    /// <param name="v">V, frozen, [n, k].</param>
    /// <param name="bias">b, frozen, [m], or null.</param>
    /// <returns>[T, m].</returns>
    public static Tensor Apply(Tensor rows, Tensor values, Tensor u, Tensor v, Tensor? bias) => Call(rows, values, u, v, bias!);

    /// <inheritdoc/>
    protected override Tensor Forward(autograd.AutogradContext context, object[] arguments)
    {
        var (rows, values, u, v) = ((Tensor)arguments[0], (Tensor)arguments[1], (Tensor)arguments[2], (Tensor)arguments[3]);
        context.save_data(InputKey, rows.requires_grad);
        context.save_for_backward([rows, values, u, v]);
        var type = rows.dtype;
        var hidden = rows.mm(v.to_type(type)).mul_(values.to_type(type)); // [T, k]
        return nn.functional.linear(hidden, u.to_type(type), ((Tensor?)arguments[4])?.to_type(type));
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor?> Backward(autograd.AutogradContext context, Tensor gradient)
    {
        var saved = context.get_saved_variables();
        var (rows, values, u, v) = (saved[0], saved[1], saved[2], saved[3]);
        var type = rows.dtype;
        var frozen = v.to_type(type); // [n, k]
        var hidden = gradient.mm(u.to_type(type)); // [T, k]
        var valuesGradient = rows.mm(frozen).mul_(hidden).sum(0, type: values.dtype); // [k]
        var inputGradient = (bool)context.get_data(InputKey)! ? hidden.mul_(values.to_type(type)).mm(frozen.t()) : null; // [T, n]
        return [inputGradient, valuesGradient, null, null, null];
    }
}
