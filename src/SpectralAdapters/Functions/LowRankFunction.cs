using static TorchSharp.torch;

namespace SpectralAdapters.Functions;

/// <summary>
/// y = x W^T + b + (x D^T) U^T as one operation. Autograd's own graph would keep the hidden x D^T and every tensor on the way
/// from the parameters to D and U; this keeps input and parameters, which are there anyway, and computes the rest again in the
/// backward, where it also adds both parts of the input's gradient in one buffer.
/// </summary>
internal sealed class LowRankFunction : AdapterFunction<LowRankFunction>
{
    private const string FactorsKey = "factors";
    private const string InputKey = "input needs a gradient";
    private const string BufferKey = "buffer";

    /// <summary>Applies the operation.</summary>
    /// <param name="rows">x, [T, n].</param>
    /// <param name="weight">W, frozen, [m, n].</param>
    /// <param name="bias">b, frozen, [m], or null.</param>
    /// <param name="buffer">Where a weight of a narrower element type than the rows' is widened.</param>
    /// <param name="factors">
    /// U and D from the parameters that it is given, in any element type; called in the forward and again in the backward.
    /// </param>
    /// <param name="parameters">Every parameter that U and D depend on.</param>
    /// <returns>[T, m].</returns>
    public static Tensor Apply(
        Tensor rows, Tensor weight, Tensor? bias, WideningBuffer? buffer, Func<IReadOnlyList<Tensor>, LoraFactors> factors,
        IReadOnlyList<Tensor> parameters) =>
        Call([rows, weight, bias!, factors, buffer!, .. parameters]);

    /// <inheritdoc/>
    protected override Tensor Forward(autograd.AutogradContext context, object[] arguments)
    {
        var (rows, weight, bias) = ((Tensor)arguments[0], (Tensor)arguments[1], (Tensor?)arguments[2]);
        var factors = (Func<IReadOnlyList<Tensor>, LoraFactors>)arguments[3];
        var buffer = (WideningBuffer?)arguments[4];
        context.save_data(FactorsKey, factors);
        context.save_data(BufferKey, buffer!);
        context.save_data(InputKey, rows.requires_grad);
        List<Tensor> parameters = [.. arguments.Skip(5).Cast<Tensor>()];
        context.save_for_backward([rows, weight, .. parameters]);
        var (up, down) = In(rows, factors(parameters)); // [m, q], [q, n]
        var hidden = rows.mm(down.t()); // [T, q]
        return FrozenProduct.Linear(rows, weight, bias, buffer).addmm_(hidden, up.t());
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor?> Backward(autograd.AutogradContext context, Tensor gradient)
    {
        var saved = context.get_saved_variables();
        var factors = (Func<IReadOnlyList<Tensor>, LoraFactors>)context.get_data(FactorsKey)!;
        var (input, parameters) = Gradients(
            saved[0], saved[1], (WideningBuffer?)context.get_data(BufferKey), factors, [.. saved.Skip(2)],
            (bool)context.get_data(InputKey)!, gradient);
        return [input, null, null, null, null, .. parameters];
    }

    /// <summary>The gradients of x and of the parameters for one of x W^T + (x D^T) U^T.</summary>
    /// <param name="rows">x, [T, n].</param>
    /// <param name="weight">W, [m, n].</param>
    /// <param name="buffer">As in <see cref="Apply"/>.</param>
    /// <param name="factors">U and D.</param>
    /// <param name="parameters">What they depend on.</param>
    /// <param name="inputNeeded">Whether x needs one.</param>
    /// <param name="gradient">[T, m].</param>
    internal static (Tensor? Input, IReadOnlyList<Tensor?> Parameters) Gradients(
        Tensor rows, Tensor weight, WideningBuffer? buffer, Func<IReadOnlyList<Tensor>, LoraFactors> factors,
        IReadOnlyList<Tensor> parameters, bool inputNeeded, Tensor gradient)
    {
        Tensor up, down;
        using (enable_grad())
        {
            (up, down) = In(rows, factors(parameters)); // [m, q], [q, n]
        }

        using var noGrad = no_grad();
        var hidden = gradient.mm(up); // [T, q]
        var input = inputNeeded ? FrozenProduct.InputGradient(gradient, weight, buffer).addmm_(hidden, down) : null; // [T, n]
        return (input, FactorGradients.Of(
            parameters,
            (up, () => rows.mm(down.t()).t().mm(gradient).t()), // [m, q]
            (down, () => hidden.t().mm(rows)))); // [q, n]
    }

    /// <summary>Factors in the element type of the input.</summary>
    internal static (Tensor Up, Tensor Down) In(Tensor rows, LoraFactors factors) => (In(rows, factors.Up), In(rows, factors.Down));

    private static Tensor In(Tensor rows, Tensor factor) => factor.dtype == rows.dtype ? factor : factor.to_type(rows.dtype);
}
