using static TorchSharp.torch;

namespace ModelZoo.Decoder;

/// <summary>Queries of the heads that share a head of keys, and the keys that the last of these queries sees.</summary>
/// <param name="Head">The head of keys.</param>
/// <param name="Group">g, the query heads that share it.</param>
/// <param name="First">The first query.</param>
/// <param name="Count">t, the number of queries.</param>
/// <param name="Seen">s, the number of keys.</param>
internal readonly record struct AttentionBlock(long Head, long Group, long First, long Count, long Seen)
{
    /// <summary>The block's part of queries or of what has their shape.</summary>
    /// <param name="all">[B, T, H, d].</param>
    /// <returns>[B, g t, d], a copy.</returns>
    public Tensor Queries(Tensor all) => Part(all).reshape(all.shape[0], Group * Count, all.shape[3]);

    /// <summary>Sets the block's part.</summary>
    /// <param name="all">[B, T, H, d].</param>
    /// <param name="part">[B, g t, d].</param>
    public void Queries(Tensor all, Tensor part) => Part(all).copy_(part.view(all.shape[0], Group, Count, all.shape[3]));

    /// <summary>The block's part of keys or of what has their shape.</summary>
    /// <param name="all">[B, S, K, d].</param>
    /// <returns>[B, s, d], a view.</returns>
    public Tensor Keys(Tensor all) => all.select(2, Head).narrow(1, 0, Seen);

    /// <summary>Adds the mask to scores, in place.</summary>
    /// <param name="scores">[B, g t, s].</param>
    /// <param name="mask">[B or 1, 1, T, S]; null where causality alone decides.</param>
    public Tensor Masked(Tensor scores, Tensor? mask)
    {
        var pairs = scores.view(scores.shape[0], Group, Count, Seen); // [B, g, t, s]
        if (mask is not null)
        {
            pairs.add_(mask.narrow(2, First, Count));
        }
        else if (Count > 1)
        {
            // All earlier keys are seen by all of the block's queries.
            var later = ones(Count, Count, dtype: ScalarType.Bool, device: scores.device).triu(1); // [t, t]
            pairs.narrow(3, Seen - Count, Count).masked_fill_(later, double.NegativeInfinity);
        }

        return scores;
    }

    private Tensor Part(Tensor all) =>
        all.narrow(1, First, Count).narrow(2, Head * Group, Group).transpose(1, 2); // [B, g, t, d]
}
