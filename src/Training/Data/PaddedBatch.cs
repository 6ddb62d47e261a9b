using TorchSharp;
using static TorchSharp.torch;

namespace Training.Data;

/// <summary>Token ids of several sequences, padded to the longest of them.</summary>
public sealed class PaddedBatch
{
    private readonly long[] _inputIds;
    private readonly long[] _attentionMask;

    private PaddedBatch(int batchSize, int sequenceLength)
    {
        (BatchSize, SequenceLength) = (batchSize, sequenceLength);
        _inputIds = new long[batchSize * sequenceLength];
        _attentionMask = new long[batchSize * sequenceLength];
    }

    /// <summary>The number of sequences, B.</summary>
    public int BatchSize { get; }

    /// <summary>The length of the longest sequence, padding included, T.</summary>
    public int SequenceLength { get; }

    /// <summary>The number of ids that are not padding.</summary>
    public int TokenCount { get; private set; }

    /// <summary>The ids in row-major order. [B * T]</summary>
    public ReadOnlySpan<long> InputIds => _inputIds;

    /// <summary>
    /// 1 for a token and 0 for padding in row-major order, by the sequences' lengths: a token may have the padding id. [B * T]
    /// </summary>
    public ReadOnlySpan<long> AttentionMask => _attentionMask;

    /// <summary>Pads sequences dynamically, each batch to its own longest one.</summary>
    /// <param name="tokenIds">The token ids of each sequence: at least one sequence, none empty.</param>
    /// <param name="paddingId">The id that shorter sequences are filled with.</param>
    /// <param name="side">Where they are filled.</param>
    /// <param name="minLength">A length to pad to where all sequences are shorter.</param>
    public static PaddedBatch Collate(
        IReadOnlyList<IReadOnlyList<int>> tokenIds, int paddingId, PaddingSide side = PaddingSide.Right, int minLength = 0)
    {
        for (var i = 0; i < tokenIds.Count; i++)
        {
            if (tokenIds[i].Count == 0)
            {
                throw new ArgumentException($"sequence {i} has no tokens, expected at least one", nameof(tokenIds));
            }
        }

        var batch = new PaddedBatch(tokenIds.Count, Math.Max(minLength, tokenIds.Max(ids => ids.Count)));
        Array.Fill(batch._inputIds, paddingId);
        for (var i = 0; i < tokenIds.Count; i++)
        {
            var start = (i * batch.SequenceLength) + (side == PaddingSide.Left ? batch.SequenceLength - tokenIds[i].Count : 0);
            for (var position = 0; position < tokenIds[i].Count; position++)
            {
                batch._inputIds[start + position] = tokenIds[i][position];
                batch._attentionMask[start + position] = 1;
            }

            batch.TokenCount += tokenIds[i].Count;
        }

        return batch;
    }

    /// <summary>The ids and the mask as int64 tensors, which belong to the caller's dispose scope. [B, T] each</summary>
    /// <param name="device">Where to put them; null for the CPU.</param>
    public (Tensor InputIds, Tensor AttentionMask) ToTensors(Device? device = null) =>
        (tensor(_inputIds, [BatchSize, SequenceLength], device: device), tensor(
            _attentionMask, [BatchSize, SequenceLength], device: device));
}
