using SpectralAdapters.Functions;
using static TorchSharp.torch;

namespace ModelZoo.Decoder;

/// <summary>Rotates pairs of values by angles; the gradient is rotated back. Only the angles are kept.</summary>
internal sealed class RotaryFunction : AdapterFunction<RotaryFunction>
{
    /// <summary>Applies the operation.</summary>
    /// <param name="heads">x, [B, T, H, d]; value i forms a pair with value i + d/2.</param>
    /// <param name="cosine">[B or 1, T, 1, d/2].</param>
    /// <param name="sine">[B or 1, T, 1, d/2].</param>
    /// <returns>[B, T, H, d].</returns>
    public static Tensor Apply(Tensor heads, Tensor cosine, Tensor sine) => Call(heads, cosine, sine);

    /// <inheritdoc/>
    protected override Tensor Forward(autograd.AutogradContext context, object[] arguments)
    {
        var (heads, cosine, sine) = ((Tensor)arguments[0], (Tensor)arguments[1], (Tensor)arguments[2]);
        context.save_for_backward([cosine, sine]);
        return Rotate(heads, cosine, sine, 1);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor?> Backward(autograd.AutogradContext context, Tensor gradient)
    {
        var saved = context.get_saved_variables();
        using var noGrad = no_grad();
        return [Rotate(gradient, saved[0], saved[1], -1), null, null];
    }

    private static Tensor Rotate(Tensor heads, Tensor cosine, Tensor sine, double direction)
    {
        var half = heads.shape[^1] / 2;
        var (first, second) = (heads.narrow(-1, 0, half), heads.narrow(-1, half, half)); // [B, T, H, d/2] each
        var rotated = empty(heads.shape, heads.dtype, heads.device); // [B, T, H, d]
        Into(0, first, second, -direction);
        Into(half, second, first, direction);
        return rotated;

        void Into(long start, Tensor own, Tensor other, double sign)
        {
            var target = rotated.narrow(-1, start, half); // [B, T, H, d/2]
            target.copy_(own).mul_(cosine).addcmul_(other, sine, sign);
        }
    }
}
