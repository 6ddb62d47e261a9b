using TorchSharp;
using static TorchSharp.torch;

namespace ModelZoo.Deberta;

/// <summary>Where a batch is padded, in the forms that every layer's attention needs, made once for all of them.</summary>
/// <param name="Keys">[B, 1, T], 0 for a token, negative infinity for padding: added to scores.</param>
/// <param name="Queries">[B, T, 1], 1 for a token, 0 for padding: multiplies probabilities.</param>
public sealed record PaddingMask(Tensor Keys, Tensor Queries)
{
    /// <summary>The mask of a batch; it belongs to the caller's dispose scope.</summary>
    /// <param name="attentionMask">[B, T], 1 for a token, 0 for padding; null where nothing is padded.</param>
    /// <param name="type">The element type of scores and probabilities.</param>
    /// <returns>Null where nothing is padded.</returns>
    public static PaddingMask? Of(Tensor? attentionMask, ScalarType type)
    {
        if (attentionMask is null)
        {
            return null;
        }

        using var scope = torch.NewDisposeScope();
        var keys = torch.zeros(attentionMask.shape, type, attentionMask.device)
            .masked_fill_(attentionMask.eq(0), double.NegativeInfinity)
            .unsqueeze(1);                                             // [B, 1, T]
        var queries = attentionMask.to_type(type).unsqueeze(2);        // [B, T, 1]
        return new PaddingMask(keys.MoveToOuterDisposeScope(), queries.MoveToOuterDisposeScope());
    }
}
