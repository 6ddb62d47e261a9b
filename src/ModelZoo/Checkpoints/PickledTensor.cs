namespace ModelZoo.Checkpoints;

/// <summary>What a pickled state dict says of one tensor: a view of a storage.</summary>
/// <param name="Storage">The storage.</param>
/// <param name="Offset">The first element's place in the storage.</param>
/// <param name="Shape">The shape.</param>
/// <param name="Strides">Elements from one index to the next, in each dimension.</param>
internal sealed record PickledTensor(PickledStorage Storage, long Offset, long[] Shape, long[] Strides);
