using static TorchSharp.torch;

namespace ModelZoo.Decoder;

/// <summary>What grouped attention needs beside tensors with gradients.</summary>
/// <param name="Scale">What scores are multiplied by.</param>
/// <param name="Mask">The additive mask, [B or 1, 1, T, S]; null where causality alone decides.</param>
internal sealed record GroupedAttentionOptions(double Scale, Tensor? Mask);
