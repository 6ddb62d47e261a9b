using static TorchSharp.torch;

namespace Training;

/// <summary>The loss of one batch.</summary>
/// <remarks>
/// With gradient accumulation the loss of a step is the mean of its batches' losses, weighted by <paramref name="Weight"/>, and so the
/// loss of one large batch. A term that depends on the parameters alone, such as a penalty, is added to the mean of every batch: the
/// weighted mean contains it once.
/// </remarks>
/// <param name="Mean">The mean loss over the examples or target tokens of the batch. []</param>
/// <param name="Weight">The number of examples or target tokens that <paramref name="Mean"/> is taken over, above 0.</param>
public readonly record struct BatchLoss(Tensor Mean, double Weight);
