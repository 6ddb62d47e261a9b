using static TorchSharp.torch;

namespace SpectralAdapters.Functions;

/// <summary>The forward of a frozen linear layer, alone or with a low-rank product added in the same output buffer.</summary>
internal static class LowRankLinear
{
    /// <summary>
    /// x W^T + b over an input with its leading dimensions flattened, as in every adapter, so that a fresh adapter gives the bits of
    /// the bare layer: over three dimensions libtorch adds the bias in a step of its own, which rounds once more.
    /// </summary>
    /// <param name="input">x, [.., n].</param>
    /// <param name="weight">W, [m, n].</param>
    /// <param name="bias">b, [m], or null.</param>
    /// <param name="buffer">Where a weight of a narrower element type than the input's is widened.</param>
    /// <returns>[.., m].</returns>
    public static Tensor BaseForward(Tensor input, Tensor weight, Tensor? bias, WideningBuffer? buffer)
    {
        using var scope = NewDisposeScope();
        return Unflatten(input, Base(Flatten(input), weight, bias, buffer)).MoveToOuterDisposeScope(); // [.., m]
    }

    /// <summary>x W^T + b over rows, differentiable.</summary>
    /// <param name="rows">x, [T, n].</param>
    /// <param name="weight">W, [m, n].</param>
    /// <param name="bias">b, [m], or null.</param>
    /// <param name="buffer">As in <see cref="BaseForward"/>.</param>
    /// <returns>[T, m].</returns>
    public static Tensor Base(Tensor rows, Tensor weight, Tensor? bias, WideningBuffer? buffer) =>
        rows.dtype == weight.dtype ? nn.functional.linear(rows, weight, bias)
        : is_grad_enabled() ? MixedLinearFunction.Apply(rows, weight, bias, buffer)
        : FrozenProduct.Linear(rows, weight, bias, buffer); // [T, m]

    /// <summary>As <see cref="BaseForward"/> over a merged weight, with a backward that says that the adapter is merged.</summary>
    /// <param name="input">x, [.., n].</param>
    /// <param name="weight">The merged weight, [m, n].</param>
    /// <param name="bias">b, [m], or null.</param>
    /// <param name="buffer">As in <see cref="BaseForward"/>.</param>
    /// <param name="parameter">A parameter of the adapter that needs a gradient.</param>
    /// <returns>[.., m].</returns>
    public static Tensor MergedForward(Tensor input, Tensor weight, Tensor? bias, WideningBuffer? buffer, Tensor parameter)
    {
        using var scope = NewDisposeScope();
        return Unflatten(input, MergedFunction.Apply(Flatten(input), weight, bias, buffer, parameter)).MoveToOuterDisposeScope(); // [.., m]
    }

    /// <summary>x W^T + b + (x D^T) U^T, of which nothing but input and parameters is kept for the backward.</summary>
    /// <param name="input">x, [.., n].</param>
    /// <param name="weight">W, frozen, [m, n].</param>
    /// <param name="bias">b, frozen, [m], or null.</param>
    /// <param name="buffer">As in <see cref="BaseForward"/>.</param>
    /// <param name="factors">U and D from the parameters that it is given; called in the forward and again in the backward.</param>
    /// <param name="parameters">Every parameter that U and D depend on.</param>
    /// <returns>[.., m].</returns>
    public static Tensor Forward(
        Tensor input, Tensor weight, Tensor? bias, WideningBuffer? buffer, Func<IReadOnlyList<Tensor>, LoraFactors> factors,
        params IReadOnlyList<Tensor> parameters)
    {
        using var scope = NewDisposeScope();
        return Unflatten(input, LowRankFunction.Apply(Flatten(input), weight, bias, buffer, factors, parameters))
            .MoveToOuterDisposeScope();
    }

    /// <summary>x W^T + b + (z D^T) U^T. The second product accumulates into the output of the first.</summary>
    /// <param name="input">x, [.., n].</param>
    /// <param name="weight">W, [m, n].</param>
    /// <param name="bias">b, [m], or null.</param>
    /// <param name="buffer">As in <see cref="BaseForward"/>.</param>
    /// <param name="lowRankInput">z, [.., n]: x after dropout.</param>
    /// <param name="down">D, [q, n].</param>
    /// <param name="up">U, [m, q].</param>
    /// <returns>[.., m].</returns>
    public static Tensor Forward(
        Tensor input, Tensor weight, Tensor? bias, WideningBuffer? buffer, Tensor lowRankInput, Tensor down, Tensor up)
    {
        var hidden = Flatten(lowRankInput).mm(down.t()); // [T, q]
        var output = Base(Flatten(input), weight, bias, buffer).addmm_(hidden, up.t()); // [T, m]
        return Unflatten(input, output);
    }

    /// <summary>Gives rows of outputs the leading dimensions of an input.</summary>
    /// <param name="input">[.., n].</param>
    /// <param name="rows">[T, m].</param>
    /// <returns>[.., m].</returns>
    public static Tensor Unflatten(Tensor input, Tensor rows)
    {
        long[] shape = [.. input.shape];
        shape[^1] = rows.shape[1];
        return rows.view(shape);
    }

    /// <summary>Flattens the leading dimensions of an input.</summary>
    /// <param name="input">[.., n].</param>
    /// <returns>[T, n].</returns>
    public static Tensor Flatten(Tensor input) => input.dim() == 2 ? input : input.reshape(-1, input.shape[^1]);
}
