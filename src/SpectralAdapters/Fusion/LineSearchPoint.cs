using static TorchSharp.torch;

namespace SpectralAdapters.Fusion;

/// <summary>The loss at one step along a direction.</summary>
/// <param name="Step">t: the point is x + t d.</param>
/// <param name="Loss">f(x + t d).</param>
/// <param name="Gradient">The gradient there, [P].</param>
/// <param name="Slope">The gradient times d.</param>
internal sealed record LineSearchPoint(double Step, double Loss, Tensor Gradient, double Slope);
