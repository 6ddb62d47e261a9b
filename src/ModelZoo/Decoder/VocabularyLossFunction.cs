using SpectralAdapters.Functions;
using static TorchSharp.torch;

namespace ModelZoo.Decoder;

/// <summary>
/// The summed cross-entropy of a linear head, some rows at a time, so that logits of a large vocabulary never stand in memory as a whole.
/// The gradients are computed with the loss, from the same logits, instead of keeping them or computing them again.
/// </summary>
internal sealed class VocabularyLossFunction : AdapterFunction<VocabularyLossFunction>
{
    /// <summary>Applies the operation.</summary>
    /// <param name="rows">x, [N, D].</param>
    /// <param name="weight">The head's weight, [V, D].</param>
    /// <param name="targets">[N], int64.</param>
    /// <param name="chunk">Rows whose logits are computed at once.</param>
    /// <param name="buffer">Where a weight of a narrower element type than the rows' is widened, once for all rows.</param>
    /// <returns>The sum over the rows, a float32 (or float64) scalar.</returns>
    public static Tensor Apply(Tensor rows, Tensor weight, Tensor targets, int chunk, WideningBuffer? buffer) =>
        Call(rows, weight, targets, chunk, buffer!);

    /// <inheritdoc/>
    protected override Tensor Forward(autograd.AutogradContext context, object[] arguments)
    {
        var (rows, weight, targets, chunk) = ((Tensor)arguments[0], (Tensor)arguments[1], (Tensor)arguments[2], (int)arguments[3]);
        var head = FrozenProduct.Widened(weight, rows.dtype, (WideningBuffer?)arguments[4]); // [V, D]
        var wide = rows.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        var rowsGradient = rows.requires_grad ? empty_like(rows) : null; // [N, D]
        var weightGradient = weight.requires_grad ? zeros_like(weight, wide) : null; // [V, D]
        var total = zeros(1, wide, rows.device); // [1]
        for (var start = 0L; start < rows.shape[0]; start += chunk)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(chunk, rows.shape[0] - start);
            var (part, target) = (rows.narrow(0, start, count), targets.narrow(0, start, count).unsqueeze(1)); // [c, D], [c, 1]
            var logits = part.mm(head.t()).to_type(wide); // [c, V]
            if (rowsGradient is null && weightGradient is null)
            {
                // Reported losses have PyTorch's rounding: its sum over a vocabulary of 49,152 is some 1e-5 lower.
                total.add_(nn.functional.cross_entropy(logits, target.squeeze(1), reduction: nn.Reduction.Sum));
                continue;
            }

            var normaliser = logits.logsumexp(-1, keepdim: true); // [c, 1]
            total.add_(normaliser.sub(logits.gather(1, target)).sum());
            var gradient = logits.sub_(normaliser).exp_(); // [c, V]
            gradient.scatter_add_(1, target, full(target.shape, -1, wide, device: rows.device));
            var narrow = gradient.to_type(rows.dtype); // [c, V]
            rowsGradient?.narrow(0, start, count).copy_(narrow.mm(head));
            weightGradient?.addmm_(narrow.t().to_type(wide), part.to_type(wide));
        }

        context.save_for_backward([rowsGradient?.MoveToOuterDisposeScope()!, weightGradient?.MoveToOuterDisposeScope()!]);
        return total.squeeze(0);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor?> Backward(autograd.AutogradContext context, Tensor gradient)
    {
        var saved = context.get_saved_variables();
        using var noGrad = no_grad();
        return [Scaled(saved[0]), Scaled(saved[1]), null, null, null];

        Tensor? Scaled(Tensor? kept) => kept is null || kept.IsInvalid ? null : kept.mul(gradient.to_type(kept.dtype));
    }
}
