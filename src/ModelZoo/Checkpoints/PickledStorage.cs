using static TorchSharp.torch;

namespace ModelZoo.Checkpoints;

/// <summary>What a pickled state dict says of one storage: a flat run of numbers in a file of its own.</summary>
/// <param name="TypeName">The element type as the pickle names it, such as <c>torch.FloatStorage</c>.</param>
/// <param name="Dtype">The element type; null where it is none that is read.</param>
/// <param name="ElementSize">Bytes per element; 0 where the type is none that is read.</param>
/// <param name="Key">The storage's name in the archive.</param>
/// <param name="Count">The number of elements.</param>
internal sealed record PickledStorage(string TypeName, ScalarType? Dtype, int ElementSize, string Key, long Count);
