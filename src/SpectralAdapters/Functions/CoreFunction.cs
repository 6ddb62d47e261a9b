using static TorchSharp.torch;

namespace SpectralAdapters.Functions;

/// <summary>
/// y = x W^T + b + ((x V) M^T) U^T as one operation over x and the r x r core M. With U and V frozen, the gradient of M is
/// (dL/dy U)^T (x V), so that no product with a factor's full side is needed for it.
/// </summary>
internal sealed class CoreFunction : AdapterFunction<CoreFunction>
{
    private const string InputKey = "input needs a gradient";
    private const string BufferKey = "buffer";

    /// <summary>Applies the operation. U, V and M may be of another element type than x.</summary>
    /// <param name="rows">x, [T, n].</param>
    /// <param name="weight">W, frozen, [m, n].</param>
    /// <param name="bias">b, frozen, [m], or null.</param>
    /// <param name="buffer">Where a weight of a narrower element type than the rows' is widened.</param>
    /// <param name="u">U, frozen, [m, r].</param>
    /// <param name="v">V, frozen, [n, r].</param>
    /// <param name="core">M, [r, r].</param>
    /// <returns>[T, m].</returns>
    public static Tensor Apply(
        Tensor rows, Tensor weight, Tensor? bias, WideningBuffer? buffer, Tensor u, Tensor v, Tensor core) =>
        Call(rows, weight, bias!, u, v, core, buffer!);

    /// <inheritdoc/>
    protected override Tensor Forward(autograd.AutogradContext context, object[] arguments)
    {
        var (rows, weight, bias) = ((Tensor)arguments[0], (Tensor)arguments[1], (Tensor?)arguments[2]);
        var (u, v, core) = ((Tensor)arguments[3], (Tensor)arguments[4], (Tensor)arguments[5]);
        var buffer = (WideningBuffer?)arguments[6];
        context.save_data(InputKey, rows.requires_grad);
        context.save_data(BufferKey, buffer!);
        context.save_for_backward([rows, weight, u, v, core]);
        var type = rows.dtype;
        var hidden = rows.mm(v.to_type(type)).mm(core.to_type(type).t()); // [T, r]
        return FrozenProduct.Linear(rows, weight, bias, buffer).addmm_(hidden, u.to_type(type).t());
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor?> Backward(autograd.AutogradContext context, Tensor gradient)
    {
        var saved = context.get_saved_variables();
        var (rows, weight, core) = (saved[0], saved[1], saved[4]);
        var type = rows.dtype;
        var (u, v) = (saved[2].to_type(type), saved[3].to_type(type)); // [m, r], [n, r]
        var projected = gradient.mm(u); // [T, r]
        var inputGradient = (bool)context.get_data(InputKey)!
            ? FrozenProduct.InputGradient(gradient, weight, (WideningBuffer?)context.get_data(BufferKey))
                .addmm_(projected.mm(core.to_type(type)), v.t())
            : null; // [T, n]
        var coreGradient = projected.t().mm(rows.mm(v)).to_type(core.dtype); // [r, r]
        return [inputGradient, null, null, null, null, coreGradient, null];
    }
}
