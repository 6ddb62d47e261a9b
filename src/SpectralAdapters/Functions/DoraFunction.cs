using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpectralAdapters.Functions;

/// <summary>
/// DoRA's y = (x W^T + (x D^T) U^T) * g / N + b as one operation, N without a gradient. The gradient of g needs the product
/// before it is rescaled. It is kept, one [T, m] buffer: computing it again would cost as much as the forward, and taking it back
/// from the output would forbid callers to change the output in place.
/// </summary>
internal sealed class DoraFunction : AdapterFunction<DoraFunction>
{
    private const string FactorsKey = "factors";
    private const string InputKey = "input needs a gradient";
    private const string BufferKey = "buffer";

    /// <summary>Applies the operation.</summary>
    /// <param name="rows">x, [T, n].</param>
    /// <param name="weight">W, frozen, [m, n].</param>
    /// <param name="bias">b, frozen, [m], or null.</param>
    /// <param name="buffer">Where a weight of a narrower element type than the rows' is widened.</param>
    /// <param name="norms">N, [m]; infinity for a zero row.</param>
    /// <param name="magnitude">g, [m].</param>
    /// <param name="factors">
    /// U and D from the parameters that it is given, in any element type; called in the forward and again in the backward.
    /// </param>
    /// <param name="parameters">Every parameter that U and D depend on.</param>
    /// <returns>[T, m].</returns>
    public static Tensor Apply(
        Tensor rows, Tensor weight, Tensor? bias, WideningBuffer? buffer, Tensor norms, Parameter magnitude,
        Func<IReadOnlyList<Tensor>, LoraFactors> factors, IReadOnlyList<Parameter> parameters) =>
        Call([rows, weight, bias!, norms, factors, buffer!, magnitude, .. parameters]);

    /// <inheritdoc/>
    protected override Tensor Forward(autograd.AutogradContext context, object[] arguments)
    {
        var (rows, weight, bias, norms) = ((Tensor)arguments[0], (Tensor)arguments[1], (Tensor?)arguments[2], (Tensor)arguments[3]);
        var factors = (Func<IReadOnlyList<Tensor>, LoraFactors>)arguments[4];
        var buffer = (WideningBuffer?)arguments[5];
        List<Tensor> trained = [.. arguments.Skip(6).Cast<Tensor>()];
        var (up, down) = LowRankFunction.In(rows, factors(trained[1..])); // [m, q], [q, n]
        var product = FrozenProduct.Linear(rows, weight, null, buffer).addmm_(rows.mm(down.t()), up.t()); // [T, m]
        var ratio = Ratio(trained[0], norms, rows); // [m]
        context.save_data(FactorsKey, factors);
        context.save_data(InputKey, rows.requires_grad);
        context.save_data(BufferKey, buffer!);
        var kept = trained[0].requires_grad ? product.MoveToOuterDisposeScope() : null; // [T, m]
        context.save_for_backward([rows, weight, norms, kept!, .. trained]);
        return bias is null ? product.mul(ratio) : bias.to_type(rows.dtype).addcmul(product, ratio, 1); // [T, m]
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor?> Backward(autograd.AutogradContext context, Tensor gradient)
    {
        var saved = context.get_saved_variables();
        var (rows, weight, norms, product) = (saved[0], saved[1], saved[2], (Tensor?)saved[3]);
        List<Tensor> trained = [.. saved.Skip(4)];
        var magnitude = trained[0];
        var magnitudeGradient = product is null ? null : gradient.mul(product).sum(0, type: magnitude.dtype).div_(norms); // [m]
        var scaled = gradient.mul(Ratio(magnitude, norms, rows)); // [T, m]
        var factors = (Func<IReadOnlyList<Tensor>, LoraFactors>)context.get_data(FactorsKey)!;
        var (input, parameters) = LowRankFunction.Gradients(
            rows, weight, (WideningBuffer?)context.get_data(BufferKey), factors, trained[1..], (bool)context.get_data(InputKey)!, scaled);
        return [input, null, null, null, null, null, magnitudeGradient, .. parameters];
    }

    private static Tensor Ratio(Tensor magnitude, Tensor norms, Tensor rows) =>
        magnitude.to_type(norms.dtype).div(norms).to_type(rows.dtype); // [m]
}
