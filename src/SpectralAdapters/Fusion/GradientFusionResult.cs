using static TorchSharp.torch;

namespace SpectralAdapters.Fusion;

/// <summary>A weight found by <see cref="GradientFusion"/>.</summary>
/// <param name="Weight">The best weight seen, [m, n], in the element type of the base weight; the caller owns it.</param>
/// <param name="StartLoss">The mean squared error of the base weight.</param>
/// <param name="Loss">The mean squared error of the best weight.</param>
/// <param name="LossTrace">The mean squared error of every evaluated weight, in order.</param>
public sealed record GradientFusionResult(Tensor Weight, double StartLoss, double Loss, IReadOnlyList<double> LossTrace);
