using static TorchSharp.torch;

namespace SpectralAdapters.Fusion;

/// <summary>
/// The mean squared error of X W^T against Y, with its gradient, in chunks of rows so that no residual over all rows is held.
/// </summary>
/// <param name="inputs">X, [T, n].</param>
/// <param name="targets">Y, [T, m].</param>
internal sealed class LeastSquares(Tensor inputs, Tensor targets)
{
    private const long ChunkRows = 5_000;

    /// <summary>Loss and gradient at a weight.</summary>
    /// <param name="weight">W, [m, n].</param>
    /// <returns>The loss, and its gradient, [m, n].</returns>
    public (double Loss, Tensor Gradient) Evaluate(Tensor weight)
    {
        var rows = inputs.shape[0];
        var loss = 0.0;
        var gradient = zeros_like(weight); // [m, n]
        for (long begin = 0; begin < rows; begin += ChunkRows)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(ChunkRows, rows - begin);
            var x = inputs.narrow(0, begin, count); // [C, n]
            var residual = x.mm(weight.t()).sub_(targets.narrow(0, begin, count)); // [C, m]
            loss += Lbfgs.Value(residual.square().mean()) * count / rows;
            gradient.addmm_(residual.mul_(2.0 / targets.numel()).t(), x);
        }

        return (loss, gradient);
    }
}
