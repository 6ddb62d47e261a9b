using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>
/// Q = 2 P - I with P = (I + K)^-1, which is the Cayley transform (I - K)(I + K)^-1. Only Q is kept for the backward, where
/// P = (Q + I) / 2 and dL/dK = -2 P^T (dL/dQ) P^T.
/// </summary>
internal sealed class CayleyFunction : autograd.SingleTensorFunction<CayleyFunction>
{
    /// <inheritdoc/>
    public override string Name => nameof(CayleyFunction);

    /// <summary>Applies the operation.</summary>
    /// <param name="skew">K, skew-symmetric, [.., s, s].</param>
    /// <returns>Q, [.., s, s].</returns>
    public static Tensor Apply(Tensor skew) => apply(skew);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        var skew = (Tensor)vars[0];
        var identity = Cayley.Identity(skew); // [s, s]
        var rotation = linalg.inv(identity.add(skew)).mul_(2).sub_(identity); // [.., s, s]
        // Detached: the same memory, but no circle from the result to this operation and back.
        ctx.save_for_backward([rotation.detach().MoveToOuterDisposeScope()]);
        return rotation.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        return FactorGradients.MoveOut([Cayley.SkewGradient(ctx.get_saved_variables()[0], grad_output)]);
    }
}
