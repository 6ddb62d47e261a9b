using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>
/// y = x W^T + b + ((x V) M^T) U^T as one operation over x and the r x r core M. With U and V frozen, the gradient of M is
/// (dL/dy U)^T (x V), so that no product with a factor's full side is needed for it.
/// </summary>
internal sealed class CoreFunction : autograd.SingleTensorFunction<CoreFunction>
{
    private const string InputKey = "input needs a gradient";

    /// <inheritdoc/>
    public override string Name => nameof(CoreFunction);

    /// <summary>Applies the operation. U, V and M may be of another element type than x.</summary>
    /// <param name="rows">x, [T, n].</param>
    /// <param name="weight">W, frozen, [m, n].</param>
    /// <param name="bias">b, frozen, [m], or null.</param>
    /// <param name="u">U, frozen, [m, r].</param>
    /// <param name="v">V, frozen, [n, r].</param>
    /// <param name="core">M, [r, r].</param>
    /// <returns>[T, m].</returns>
    public static Tensor Apply(Tensor rows, Tensor weight, Tensor? bias, Tensor u, Tensor v, Tensor core) => apply(rows, weight, bias!, u, v, core);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        var (rows, weight, u, v, core) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[3], (Tensor)vars[4], (Tensor)vars[5]);
        ctx.save_data(InputKey, rows.requires_grad);
        ctx.save_for_backward([rows, weight, u, v, core]);
        var type = rows.dtype;
        var hidden = rows.mm(v.to_type(type)).mm(core.to_type(type).t()); // [T, r]
        return nn.functional.linear(rows, weight, (Tensor?)vars[2]).addmm_(hidden, u.to_type(type).t()).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (rows, weight, core) = (saved[0], saved[1], saved[4]);
        var type = rows.dtype;
        var (u, v) = (saved[2].to_type(type), saved[3].to_type(type)); // [m, r], [n, r]
        var projected = grad_output.mm(u); // [T, r]
        var inputGradient = (bool)ctx.get_data(InputKey)!
            ? grad_output.mm(weight).addmm_(projected.mm(core.to_type(type)), v.t())
            : null; // [T, n]
        var coreGradient = projected.t().mm(rows.mm(v)).to_type(core.dtype); // [r, r]
        return FactorGradients.MoveOut([inputGradient, null, null, null, null, coreGradient]);
    }
}
