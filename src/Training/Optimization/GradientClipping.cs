using TorchSharp;
using static TorchSharp.torch;

namespace Training.Optimization;

/// <summary>Gradient-norm clipping over all parameters together.</summary>
public static class GradientClipping
{
    // torch.nn.utils.clip_grad_norm_ adds it to the norm.
    private const double Epsilon = 1e-6;

    /// <summary>The Euclidean norm of all gradients, left on their device. []</summary>
    /// <param name="groups">The groups whose gradients are included.</param>
    public static Tensor Norm(IReadOnlyList<FlatParameterGroup> groups)
    {
        // A norm in bf16 would have two or three digits.
        var norms = groups.Select(group => linalg.vector_norm(group.Parameters.Gradient.to_type(ScalarType.Float32))).ToList();
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
}
