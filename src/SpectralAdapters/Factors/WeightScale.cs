using static TorchSharp.torch;

namespace SpectralAdapters.Factors;

/// <summary>
/// The size of a weight as a power of two, by which it can be divided and its singular values multiplied without rounding: squares of
/// what is left stay in the range of numbers.
/// </summary>
internal static class WeightScale
{
    /// <summary>The largest power of two that is not above the largest magnitude; 0 for a zero weight, NaN or infinity if it holds such.</summary>
    /// <param name="weight">[m, n].</param>
    public static double Of(Tensor weight)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var largest = weight.detach().abs().max().to(ScalarType.Float64, CPU).item<double>();
        return largest == 0 || !double.IsFinite(largest) ? largest : Math.ScaleB(1, Math.ILogB(largest));
    }
}
