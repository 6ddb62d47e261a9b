using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpectralAdapters.Functions;

/// <summary>
/// Spectral R's r x r core M = Q(A) diag(s) Q(B)^T - diag(S) as one operation. Its steps are so small that autograd's own
/// bookkeeping would cost more than they do.
/// </summary>
internal sealed class RotatedCoreFunction : AdapterFunction<RotatedCoreFunction>
{
    /// <summary>Applies the operation.</summary>
    /// <param name="a">A, [r, r].</param>
    /// <param name="b">B, [r, r].</param>
    /// <param name="tuned">s, the tuned singular values, [r].</param>
    /// <param name="values">S, frozen, [r].</param>
    /// <returns>M, [r, r].</returns>
    public static Tensor Apply(Parameter a, Parameter b, Tensor tuned, Tensor values) => Call(a, b, tuned, values);

    /// <inheritdoc/>
    protected override Tensor Forward(autograd.AutogradContext context, object[] arguments)
    {
        var (tuned, values) = ((Tensor)arguments[2], (Tensor)arguments[3]);
        var rotations = Cayley.Rotation(stack([(Tensor)arguments[0], (Tensor)arguments[1]])); // [2, r, r]
        context.save_for_backward([rotations.MoveToOuterDisposeScope(), tuned]);
        return rotations.select(0, 0).mul(tuned).mm(rotations.select(0, 1).t()).sub(diag(values));
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor?> Backward(autograd.AutogradContext context, Tensor gradient)
    {
        var saved = context.get_saved_variables();
        var (rotations, tuned) = (saved[0], saved[1]);
        var (first, second) = (rotations.select(0, 0), rotations.select(0, 1)); // [r, r]
        var product = gradient.mm(second); // [r, r]
        var tunedGradient = product.mul(first).sum(0L); // [r]
        var rotationGradients = stack([product.mul_(tuned), gradient.t().mm(first.mul(tuned))]); // [2, r, r]
        var doubled = rotations.add(Cayley.Identity(rotations)); // [2, r, r]
        var skewGradients = Cayley.SkewGradient(doubled, rotationGradients); // [2, r, r]
        var gradients = Cayley.Skew(skewGradients); // [2, r, r]; K(X) is its own adjoint
        return [gradients.select(0, 0), gradients.select(0, 1), tunedGradient, null];
    }
}
