using static TorchSharp.torch;

namespace ModelZoo.Checkpoints;

/// <summary>What a pickled state dict says of one storage: a flat run of numbers in a file of its own.</summary>
/// <param name="Dtype">The element type.</param>
/// <param name="ElementSize">Bytes per element.</param>
/// <param name="Key">The storage's name in the archive.</param>
/// <param name="Count">The number of elements.</param>
internal sealed record PickledStorage(ScalarType Dtype, int ElementSize, string Key, long Count);

/// <summary>What a pickled state dict says of one tensor: a view of a storage.</summary>
/// <param name="Storage">The storage.</param>
/// <param name="Offset">The first element's place in the storage.</param>
/// <param name="Shape">The shape.</param>
/// <param name="Strides">Elements from one index to the next, in each dimension.</param>
internal sealed record PickledTensor(PickledStorage Storage, long Offset, long[] Shape, long[] Strides);
