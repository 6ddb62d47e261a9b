using TorchSharp;
using static TorchSharp.torch;

namespace Training.Data;

/// <summary>Token ids of several rows, padded on the right to the longest of them.</summary>
public sealed class PaddedBatch
{
    private readonly long[] inputIds;
    private readonly long[] attentionMask;

    private PaddedBatch(int rows, int columns)
    {
        (Rows, Columns) = (rows, columns);
        inputIds = new long[rows * columns];
        attentionMask = new long[rows * columns];
    }

    /// <summary>Rows, B.</summary>
    public int Rows { get; }

    /// <summary>The length of the longest row, T.</summary>
    public int Columns { get; }

    /// <summary>How many ids are no padding.</summary>
    public int TokenCount { get; private set; }

    /// <summary>Row-major ids. [B * T]</summary>
    public ReadOnlySpan<long> InputIds => inputIds;

    /// <summary>Row-major 1 for a token and 0 for padding, by the rows' lengths: a real token may equal the padding id. [B * T]</summary>
    public ReadOnlySpan<long> AttentionMask => attentionMask;

    /// <summary>Pads rows dynamically, each batch to its own longest row.</summary>
    /// <param name="tokenIds">The rows' token ids: at least one row, none empty.</param>
    /// <param name="paddingId">The id that fills up shorter rows.</param>
    public static PaddedBatch Collate(IReadOnlyList<IReadOnlyList<int>> tokenIds, int paddingId)
    {
        for (var row = 0; row < tokenIds.Count; row++)
        {
            if (tokenIds[row].Count == 0)
            {
                throw new ArgumentException($"row {row} has no tokens, expected at least one", nameof(tokenIds));
            }
        }

        var batch = new PaddedBatch(tokenIds.Count, tokenIds.Max(ids => ids.Count));
        Array.Fill(batch.inputIds, paddingId);
        for (var row = 0; row < tokenIds.Count; row++)
        {
            var start = row * batch.Columns;
            for (var column = 0; column < tokenIds[row].Count; column++)
            {
                batch.inputIds[start + column] = tokenIds[row][column];
                batch.attentionMask[start + column] = 1;
            }

            batch.TokenCount += tokenIds[row].Count;
        }

        return batch;
    }

    /// <summary>The ids and the mask as int64 tensors, which belong to the caller's dispose scope. [B, T] each</summary>
    /// <param name="device">Where to put them; null for the CPU.</param>
    public (Tensor InputIds, Tensor AttentionMask) ToTensors(Device? device = null) =>
        (tensor(inputIds, [Rows, Columns], device: device), tensor(attentionMask, [Rows, Columns], device: device));
}
