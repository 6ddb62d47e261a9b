using static TorchSharp.torch;

namespace Tasks.Glue;

/// <summary>What a model reads of a batch of examples.</summary>
/// <param name="InputIds">[B, T], int64.</param>
/// <param name="TokenTypeIds">[B, T], int64: 1 for the second sentence of a pair; null for single sentences.</param>
/// <param name="Mask">[B, T], 1 for a token, 0 for padding; null where nothing is padded.</param>
public sealed record GlueInputBatch(Tensor InputIds, Tensor? TokenTypeIds, Tensor? Mask);
