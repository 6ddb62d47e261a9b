using static TorchSharp.torch;

namespace SpectralAdapters.Fusion;

/// <summary>Where <see cref="Lbfgs"/> ended.</summary>
/// <param name="Point">The last point, in the shape of the start; the caller owns it.</param>
/// <param name="Loss">The loss there.</param>
/// <param name="Iterations">How many directions were searched.</param>
/// <param name="Evaluations">How often the loss was evaluated.</param>
public sealed record LbfgsResult(Tensor Point, double Loss, int Iterations, int Evaluations);
