using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>
/// DoRA's y = (x W^T + (x D^T) U^T) * g / N + b as one operation, N without a gradient. The gradient of g needs the product
/// before it was rescaled; it is not kept but taken back from the output, as (y - b) N / g.
/// </summary>
internal sealed class DoraFunction : autograd.SingleTensorFunction<DoraFunction>
{
    private const string FactorsKey = "factors";
    private const string InputKey = "input needs a gradient";
    private const string BiasKey = "has a bias";

    /// <inheritdoc/>
    public override string Name => nameof(DoraFunction);

    /// <summary>Applies the operation.</summary>
    /// <param name="rows">x, [T, n].</param>
    /// <param name="weight">W, frozen, [m, n].</param>
    /// <param name="bias">b, frozen, [m], or null.</param>
    /// <param name="norms">N, [m].</param>
    /// <param name="magnitude">g, none of them zero, [m].</param>
    /// <param name="factors">U and D from the parameters that it is given, in any element type; called in the forward and again in the backward.</param>
    /// <param name="parameters">Every parameter that U and D hang on.</param>
    /// <returns>[T, m].</returns>
    public static Tensor Apply(
        Tensor rows, Tensor weight, Tensor? bias, Tensor norms, Parameter magnitude, Func<IReadOnlyList<Tensor>, LoraFactors> factors, IReadOnlyList<Parameter> parameters) =>
        apply([rows, weight, bias!, norms, factors, magnitude, .. parameters]);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        var (rows, weight, bias, norms) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor?)vars[2], (Tensor)vars[3]);
        var factors = (Func<IReadOnlyList<Tensor>, LoraFactors>)vars[4];
        List<Tensor> trained = [.. vars.Skip(5).Cast<Tensor>()];
        var (up, down) = LowRankFunction.In(rows, factors(trained[1..])); // [m, q], [q, n]
        var product = rows.mm(weight.t()).addmm_(rows.mm(down.t()), up.t()); // [T, m]
        var ratio = Ratio(trained[0], norms, rows); // [m]
        var output = bias is null ? product.mul_(ratio) : bias.addcmul(product, ratio, 1); // [T, m]
        ctx.save_data(FactorsKey, factors);
        ctx.save_data(InputKey, rows.requires_grad);
        ctx.save_data(BiasKey, bias is not null);
        // Detached: the same memory, but no circle from the output to this operation and back.
        var kept = output.detach().MoveToOuterDisposeScope();
        List<Tensor> frozen = bias is null ? [rows, weight, norms, kept] : [rows, weight, norms, kept, bias];
        ctx.save_for_backward([.. frozen, .. trained]);
        return output.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (rows, weight, norms, output) = (saved[0], saved[1], saved[2], saved[3]);
        var bias = (bool)ctx.get_data(BiasKey)! ? saved[4] : null;
        List<Tensor> trained = [.. saved.Skip(bias is null ? 4 : 5)];
        var magnitude = trained[0];
        var scaled = grad_output.mul(Ratio(magnitude, norms, rows)); // [T, m]
        var (input, parameters) = LowRankFunction.Gradients(
            rows, weight, (Func<IReadOnlyList<Tensor>, LoraFactors>)ctx.get_data(FactorsKey)!, trained[1..], (bool)ctx.get_data(InputKey)!, scaled);
        return FactorGradients.MoveOut([input, null, null, null, null, MagnitudeGradient(grad_output, output, bias, magnitude), .. parameters]);
    }

    // sum over tokens of dL/dy (y - b) / g.
    private static Tensor? MagnitudeGradient(Tensor gradient, Tensor output, Tensor? bias, Tensor magnitude)
    {
        if (!magnitude.requires_grad)
        {
            return null;
        }

        using var ungraded = no_grad();
        var wide = magnitude.dtype;
        var sum = gradient.mul(output).sum(0, type: wide); // [m]
        if (bias is not null)
        {
            sum.sub_(gradient.sum(0, type: wide).mul_(bias));
        }

        return sum.div_(magnitude);
    }

    private static Tensor Ratio(Tensor magnitude, Tensor norms, Tensor rows) => magnitude.to_type(rows.dtype).div(norms.to_type(rows.dtype)); // [m]
}
