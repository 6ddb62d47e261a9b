using static TorchSharp.torch;

namespace ModelZoo.Checkpoints;

/// <summary>What a pickled state dict says of one storage: a flat run of numbers in a file of its own.</summary>
/// <param name="Dtype">The element type.</param>
/// <param name="ElementSize">Bytes per element.</param>
/// <param name="Key">The storage's name in the archive.</param>
/// <param name="Count">The number of elements.</param>
internal sealed record PickledStorage(ScalarType Dtype, int ElementSize, string Key, long Count);
