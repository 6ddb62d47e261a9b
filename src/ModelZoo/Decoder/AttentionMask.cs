using TorchSharp;
using static TorchSharp.torch;

namespace ModelZoo.Decoder;

/// <summary>Which keys the queries of a batch see, beyond that none sees a later one.</summary>
internal static class AttentionMask
{
    /// <summary>
    /// The additive mask; null where causality alone decides, as without padding, and with padding on the right, which no token before it
    /// sees. Queries of padding on the left see no key: the smallest number in place of negative infinity makes them attend to all keys
    /// alike, as in transformers.
    /// </summary>
    /// <param name="attentionMask">[B, S], 1 for a token, 0 for padding, of all tokens so far; null where nothing is padded.</param>
    /// <param name="queries">T, the number of queries, the last of the tokens.</param>
    /// <param name="keys">S.</param>
    /// <param name="window">How many keys a query sees at most, itself included; null for all.</param>
    /// <param name="type">The element type of scores.</param>
    /// <param name="device">The device where there is no padding.</param>
    /// <returns>[B or 1, 1, T, S].</returns>
    public static Tensor? Of(Tensor? attentionMask, long queries, long keys, long? window, ScalarType type, Device device)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var isPadded = attentionMask is not null && IsPaddedOnTheLeft(attentionMask);
        if (!isPadded && (window is null || keys <= window))
        {
            return null;
        }

        var isHidden = Hidden(queries, keys, window, device); // [1, 1, T, S]
        if (isPadded)
        {
            isHidden = isHidden.logical_or(attentionMask!.eq(0).view(-1, 1, 1, keys)); // [B, 1, T, S]
        }

        return Additive(isHidden, type).MoveToOuterDisposeScope();
    }

    /// <summary>The mask of causality alone.</summary>
    /// <inheritdoc cref="Of"/>
    public static Tensor Causal(long queries, long keys, ScalarType type, Device device)
    {
        using var scope = torch.NewDisposeScope();
        return Additive(Hidden(queries, keys, window: null, device), type).MoveToOuterDisposeScope(); // [1, 1, T, S]
    }

    private static Tensor Hidden(long queries, long keys, long? window, Device device)
    {
        var query = torch.arange(keys - queries, keys, device: device).unsqueeze(1); // [T, 1]
        var key = torch.arange(keys, device: device).unsqueeze(0); // [1, S]
        var isHidden = key.gt(query); // [T, S]
        return (window is { } size ? isHidden.logical_or_(key.le(query.sub(size))) : isHidden).view(1, 1, queries, keys);
    }

    private static Tensor Additive(Tensor isHidden, ScalarType type) =>
        torch.zeros(isHidden.shape, type, isHidden.device).masked_fill_(isHidden, torch.finfo(type).min);

    private static bool IsPaddedOnTheLeft(Tensor attentionMask)
    {
        var real = attentionMask.ne(0); // [B, S]
        if (real.shape[1] < 2)
        {
            return !real.all().item<bool>();
        }

        // A token after padding, or a row of padding alone.
        var follows = real.narrow(1, 0, real.shape[1] - 1).logical_not().logical_and(real.narrow(1, 1, real.shape[1] - 1)); // [B, S - 1]
        return follows.any().item<bool>() || !real.select(1, 0).all().item<bool>();
    }
}
