using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>
/// Spectral R's r x r core M = Q(A) diag(s) Q(B)^T - diag(S) as one operation. Its steps are so small that autograd's own
/// bookkeeping would cost more than they do.
/// </summary>
internal sealed class RotatedCoreFunction : autograd.SingleTensorFunction<RotatedCoreFunction>
{
    /// <inheritdoc/>
    public override string Name => nameof(RotatedCoreFunction);

    /// <summary>Applies the operation.</summary>
    /// <param name="a">A, [r, r].</param>
    /// <param name="b">B, [r, r].</param>
    /// <param name="tuned">s, the tuned singular values, [r].</param>
    /// <param name="values">S, frozen, [r].</param>
    /// <returns>M, [r, r].</returns>
    public static Tensor Apply(Parameter a, Parameter b, Tensor tuned, Tensor values) => apply(a, b, tuned, values);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        var (tuned, values) = ((Tensor)vars[2], (Tensor)vars[3]);
        var rotations = Cayley.Rotation(stack([(Tensor)vars[0], (Tensor)vars[1]])); // [2, r, r]
        ctx.save_for_backward([rotations.MoveToOuterDisposeScope(), tuned]);
        return rotations.select(0, 0).mul(tuned).mm(rotations.select(0, 1).t()).sub(diag(values)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (rotations, tuned) = (saved[0], saved[1]);
        var (first, second) = (rotations.select(0, 0), rotations.select(0, 1)); // [r, r]
        var product = grad_output.mm(second); // [r, r]
        var tunedGradient = product.mul(first).sum(0L); // [r]
        var rotationGradients = stack([product.mul_(tuned), grad_output.t().mm(first.mul(tuned))]); // [2, r, r]
        var skewGradients = Cayley.SkewGradient(rotations, rotationGradients); // [2, r, r]
        var gradients = Cayley.Skew(skewGradients); // [2, r, r]; K(X) is its own adjoint
        return FactorGradients.MoveOut([gradients.select(0, 0), gradients.select(0, 1), tunedGradient, null]);
    }
}
