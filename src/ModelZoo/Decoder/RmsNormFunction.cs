using SpectralAdapters.Functions;
using static TorchSharp.torch;

namespace ModelZoo.Decoder;

/// <summary>
/// w x / sqrt(mean x^2 + eps) as one operation. x is normalised in float32 and rounded to its own type before it is multiplied by the
/// weight, as in transformers. Nothing is kept for the backward but x, the weight and a number for each row.
/// </summary>
internal sealed class RmsNormFunction : AdapterFunction<RmsNormFunction>
{
    private const string NeedsKey = "which arguments need a gradient";

    /// <summary>Applies the operation.</summary>
    /// <param name="rows">x, [N, D].</param>
    /// <param name="weight">w, [D].</param>
    /// <param name="epsilon">eps.</param>
    /// <returns>[N, D].</returns>
    public static Tensor Apply(Tensor rows, Tensor weight, double epsilon) => Call(rows, weight, epsilon);

    /// <inheritdoc/>
    protected override Tensor Forward(autograd.AutogradContext context, object[] arguments)
    {
        var (rows, weight, epsilon) = ((Tensor)arguments[0], (Tensor)arguments[1], (double)arguments[2]);
        var wide = Wide(rows); // [N, D]
        var scale = wide.pow(2).mean([-1], keepdim: true).add_(epsilon).rsqrt_(); // [N, 1]
        context.save_data(NeedsKey, (rows.requires_grad, weight.requires_grad));
        context.save_for_backward([rows, weight, scale.MoveToOuterDisposeScope()]);
        var normalised = wide.mul(scale); // [N, D]
        return rows.dtype == normalised.dtype ? normalised.mul_(weight) : normalised.to_type(rows.dtype).mul_(weight);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor?> Backward(autograd.AutogradContext context, Tensor gradient)
    {
        var saved = context.get_saved_variables();
        var (rows, weight, scale) = (saved[0], saved[1], saved[2]);
        var (isRowsNeeded, isWeightNeeded) = ((bool, bool))context.get_data(NeedsKey)!;
        using var noGrad = no_grad();
        var wide = Wide(rows); // [N, D]
        var weightGradient = isWeightNeeded
            ? Wide(gradient).mul(wide.mul(scale)).sum(dim: 0).to_type(weight.dtype)
            : null; // [D]
        if (!isRowsNeeded)
        {
            return [null, weightGradient, null];
        }

        // With g the gradient times w: s g - x s^3 (g . x) / D.
        var product = Wide(gradient.mul(weight)); // [N, D]
        var shared = product.mul(wide).sum(-1, keepdim: true).mul_(scale.pow(3)).div_(-rows.shape[1]); // [N, 1]
        var rowsGradient = product.mul_(scale).addcmul_(wide, shared, 1).to_type(rows.dtype); // [N, D]
        return [rowsGradient, weightGradient, null];
    }

    private static Tensor Wide(Tensor tensor) => tensor.dtype == ScalarType.Float64 ? tensor : tensor.to_type(ScalarType.Float32);
}
