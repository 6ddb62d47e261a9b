using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>A frozen linear layer and a low-rank product in one output buffer.</summary>
internal static class LowRank
{
    /// <summary>x W^T + b + (z D^T) U^T. The second product accumulates into the output of the first.</summary>
    /// <param name="input">x, [.., n].</param>
    /// <param name="weight">W, [m, n].</param>
    /// <param name="bias">b, [m], or null.</param>
    /// <param name="lowRankInput">z, [.., n]: x, or x after dropout.</param>
    /// <param name="down">D, [q, n].</param>
    /// <param name="up">U, [m, q].</param>
    /// <returns>[.., m].</returns>
    public static Tensor Forward(Tensor input, Tensor weight, Tensor? bias, Tensor lowRankInput, Tensor down, Tensor up)
    {
        var hidden = Rows(lowRankInput).mm(down.t()); // [T, q]
        return Accumulate(input, weight, bias, hidden, up);
    }

    /// <summary>x W^T + b + h U^T.</summary>
    /// <param name="input">x, [.., n].</param>
    /// <param name="weight">W, [m, n].</param>
    /// <param name="bias">b, [m], or null.</param>
    /// <param name="hidden">h, [T, q], T the product of the leading sizes of x.</param>
    /// <param name="up">U, [m, q].</param>
    /// <returns>[.., m].</returns>
    public static Tensor Accumulate(Tensor input, Tensor weight, Tensor? bias, Tensor hidden, Tensor up)
    {
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
