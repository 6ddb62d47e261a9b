using static TorchSharp.torch;

namespace Tasks.MathWords;

/// <summary>A batch of texts for a decoder; the tensors belong to the caller's dispose scope.</summary>
/// <param name="InputIds">Token ids, int64. [B, T]</param>
/// <param name="AttentionMask">1 for a token, 0 for padding, int64; null where nothing is padded. [B, T]</param>
/// <param name="Labels">The ids that are to be predicted, and <see cref="Ignored"/> elsewhere, int64. [B, T]</param>
public sealed record CausalBatch(Tensor InputIds, Tensor? AttentionMask, Tensor Labels)
{
    /// <summary>The label of a token that is not to be predicted, as in PyTorch.</summary>
    public const long Ignored = -100;

    /// <summary>The number of labels that a model predicts: all but those of the first position. []</summary>
    public long PredictedTokens
    {
        get
        {
            using var scope = NewDisposeScope();
            return Labels.narrow(1, 1, Labels.shape[1] - 1).ne(Ignored).sum().item<long>();
        }
    }
}
