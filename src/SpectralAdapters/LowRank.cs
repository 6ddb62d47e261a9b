using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>A frozen linear layer and a low-rank product in one output buffer.</summary>
internal static class LowRank
{
    /// <summary>
    /// x W^T + b over an input with its leading dimensions made one, as in every adapter, so that a fresh adapter gives the bits of
    /// the bare layer: over three dimensions libtorch adds the bias in a step of its own, which rounds once more.
    /// </summary>
    /// <param name="input">x, [.., n].</param>
    /// <param name="weight">W, [m, n].</param>
    /// <param name="bias">b, [m], or null.</param>
    /// <returns>[.., m].</returns>
    public static Tensor Bare(Tensor input, Tensor weight, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        return Like(input, nn.functional.linear(Rows(input), weight, bias)).MoveToOuterDisposeScope(); // [.., m]
    }

    /// <summary>x W^T + b + (x D^T) U^T, of which nothing but input and parameters is kept for the backward.</summary>
    /// <param name="input">x, [.., n].</param>
    /// <param name="weight">W, frozen, [m, n].</param>
    /// <param name="bias">b, frozen, [m], or null.</param>
    /// <param name="factors">U and D from the parameters that it is given; called in the forward and again in the backward.</param>
    /// <param name="parameters">Every parameter that U and D depend on.</param>
    /// <returns>[.., m].</returns>
    public static Tensor Forward(Tensor input, Tensor weight, Tensor? bias, Func<IReadOnlyList<Tensor>, LoraFactors> factors, params IReadOnlyList<Tensor> parameters)
    {
        using var scope = NewDisposeScope();
        return Like(input, LowRankFunction.Apply(Rows(input), weight, bias, factors, parameters)).MoveToOuterDisposeScope();
    }

    /// <summary>x W^T + b + (z D^T) U^T. The second product accumulates into the output of the first.</summary>
    /// <param name="input">x, [.., n].</param>
    /// <param name="weight">W, [m, n].</param>
    /// <param name="bias">b, [m], or null.</param>
    /// <param name="lowRankInput">z, [.., n]: x after dropout.</param>
    /// <param name="down">D, [q, n].</param>
    /// <param name="up">U, [m, q].</param>
    /// <returns>[.., m].</returns>
    public static Tensor Forward(Tensor input, Tensor weight, Tensor? bias, Tensor lowRankInput, Tensor down, Tensor up)
    {
        var hidden = Rows(lowRankInput).mm(down.t()); // [T, q]
        var output = nn.functional.linear(Rows(input), weight, bias).addmm_(hidden, up.t()); // [T, m]
        return Like(input, output);
    }

    /// <summary>Rows of outputs in the leading dimensions of an input.</summary>
    /// <param name="input">[.., n].</param>
    /// <param name="rows">[T, m].</param>
    /// <returns>[.., m].</returns>
    public static Tensor Like(Tensor input, Tensor rows)
    {
        long[] shape = [.. input.shape];
        shape[^1] = rows.shape[1];
        return rows.view(shape);
    }

    /// <summary>An input with its leading dimensions made one.</summary>
    /// <param name="input">[.., n].</param>
    /// <returns>[T, n].</returns>
    public static Tensor Rows(Tensor input) => input.dim() == 2 ? input : input.reshape(-1, input.shape[^1]);
}
