using TorchSharp;
using static TorchSharp.torch;

namespace Training.Optimization;

/// <summary>Gradient-norm clipping over all parameters together.</summary>
public static class GradientClipping
{
    // torch.nn.utils.clip_grad_norm_ adds it to the norm.
    private const double Epsilon = 1e-6;

    private const long PartLength = 1 << 16;

    /// <summary>The Euclidean norm of all gradients, left on their device. []</summary>
    /// <param name="groups">The groups whose gradients are included.</param>
    public static Tensor Norm(IReadOnlyList<FlatParameterGroup> groups)
    {
        // A norm in bf16 would have two or three digits.
        var norms = groups.Select(group => Norm(group.Parameters.Gradient.to_type(ScalarType.Float32))).ToList();
        return norms.Count == 1 ? norms[0] : linalg.vector_norm(stack(norms));
    }

    /// <summary>
    /// Multiplies the gradients by min(1, maximum / (norm + 1e-6)) as PyTorch does, without reading a value back from
    /// the device.
    /// </summary>
    /// <param name="groups">The groups whose gradients are scaled.</param>
    /// <param name="norm">Their common norm. []</param>
    /// <param name="maximum">The largest norm allowed, above 0.</param>
    /// <remarks>A norm that is not finite leaves gradients that are not: the caller looks at it before the optimiser's step.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The largest norm is not above 0.</exception>
    public static void Clip(IReadOnlyList<FlatParameterGroup> groups, Tensor norm, double maximum)
    {
        if (!(maximum > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(maximum), maximum, "expected a number above 0");
        }

        var scale = (norm + Epsilon).reciprocal().mul(maximum).clamp(max: 1.0);
        foreach (var group in groups)
        {
            group.Parameters.Gradient.mul_(scale);
        }
    }

    // One float32 sum of millions of squares loses small ones (6e-4 of the norm of 22 million): long buffers are summed in parts.
    private static Tensor Norm(Tensor gradient)
    {
        var (parts, rest) = Math.DivRem(gradient.shape[0], PartLength);
        if (parts == 0)
        {
            return linalg.vector_norm(gradient); // []
        }

        var whole = gradient.narrow(0, 0, parts * PartLength).view(parts, PartLength); // [parts, length]
        var last = gradient.narrow(0, parts * PartLength, rest); // [rest]
        return linalg.vector_norm(cat([linalg.vector_norm(whole, dims: [1]), linalg.vector_norm(last).view(1)])); // []
    }
}
