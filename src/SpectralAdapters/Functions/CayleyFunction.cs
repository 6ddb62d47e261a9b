using static TorchSharp.torch;

namespace SpectralAdapters.Functions;

/// <summary>
/// Q = 2 P - I with P = (I + K)^-1, which is the Cayley transform (I - K)(I + K)^-1. The backward needs only P:
/// dL/dK = -2 P^T (dL/dQ) P^T.
/// </summary>
internal sealed class CayleyFunction : AdapterFunction<CayleyFunction>
{
    private const string TypeKey = "element type";
    private const double LargestInFloat32 = 100;
    private const double LargestInFloat64 = 1e12;

    /// <summary>Applies the operation.</summary>
    /// <param name="skew">K, skew-symmetric, [.., s, s].</param>
    /// <returns>Q, [.., s, s].</returns>
    public static Tensor Apply(Tensor skew) => Call(skew);

    /// <inheritdoc/>
    protected override Tensor Forward(autograd.AutogradContext context, object[] arguments)
    {
        var skew = (Tensor)arguments[0];
        var wide = skew.to_type(ComputeType.For(skew.dtype)); // [.., s, s]; libtorch inverts no bfloat16
        var identity = Cayley.Identity(wide); // [s, s]
        var doubled = Inverse(identity.add(wide)).mul_(2); // 2 P, [.., s, s]
        context.save_data(TypeKey, skew.dtype);
        context.save_for_backward([doubled.MoveToOuterDisposeScope()]);
        return doubled.sub(identity).to_type(skew.dtype); // [.., s, s]
    }

    // I + K has the condition |K|, so that large parameters need more digits than float32 has.
    private static Tensor Inverse(Tensor matrices)
    {
        var largest = matrices.numel() == 0 ? 0 : matrices.detach().abs().max().to_type(ScalarType.Float64).item<double>();
        if (largest > LargestInFloat64)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"The Cayley parameters are as large as {largest:E1}; above {LargestInFloat64:E0} their rotation cannot be computed."));
        }

        return largest > LargestInFloat32
            ? linalg.inv(matrices.to_type(ScalarType.Float64)).to_type(matrices.dtype) // [.., s, s]
            : linalg.inv(matrices); // [.., s, s]
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor?> Backward(autograd.AutogradContext context, Tensor gradient)
    {
        var doubled = context.get_saved_variables()[0]; // [.., s, s]
        return [Cayley.SkewGradient(doubled, gradient.to_type(doubled.dtype)).to_type((ScalarType)context.get_data(TypeKey)!)];
    }
}
