using static TorchSharp.torch;

namespace ModelZoo.Decoder;

/// <summary>What all layers of a decoder share in a forward.</summary>
/// <param name="Angles">The rotations of the tokens' positions.</param>
/// <param name="Mask">The additive mask, [B or 1, 1, T, S]; null where causality alone decides.</param>
/// <param name="Cache">Earlier tokens' keys and values; null where there are none.</param>
public sealed record DecoderPass(RotaryAngles Angles, Tensor? Mask, KeyValueCache? Cache)
{
    /// <summary>The same on another device.</summary>
    internal DecoderPass To(Device device) => new(
        new RotaryAngles(Angles.Cosine.to(device), Angles.Sine.to(device)), Mask?.to(device), Cache);

    /// <summary>What a layer without a cache needs, as tensors.</summary>
    internal IReadOnlyList<Tensor> Tensors => Mask is null ? [Angles.Cosine, Angles.Sine] : [Angles.Cosine, Angles.Sine, Mask];

    /// <summary>The pass of these tensors.</summary>
    internal static DecoderPass Of(IReadOnlyList<Tensor> tensors) =>
        new(new RotaryAngles(tensors[0], tensors[1]), tensors.ElementAtOrDefault(2), Cache: null);
}
