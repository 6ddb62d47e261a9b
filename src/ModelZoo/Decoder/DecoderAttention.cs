using SpectralAdapters;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Decoder;

/// <summary>
/// Causal attention with rotary positions, where groups of query heads share a head of keys and values: key head k serves the query heads
/// k g ... k g + g - 1.
/// </summary>
public sealed class DecoderAttention : nn.Module<Tensor, DecoderPass, Tensor>
{
    private readonly int _layer;
    private readonly long _heads;
    private readonly long _keyHeads;
    private readonly long _headSize;
    private readonly double _scale;

    [ComponentName(Name = "q_proj")]
    private readonly AdaptableLinear _query;

    [ComponentName(Name = "k_proj")]
    private readonly AdaptableLinear _key;

    [ComponentName(Name = "v_proj")]
    private readonly AdaptableLinear _value;

    [ComponentName(Name = "o_proj")]
    private readonly AdaptableLinear _output;

    internal DecoderAttention(DecoderConfig config, int layer, ScalarType type)
        : base(nameof(DecoderAttention))
    {
        (_layer, _heads, _keyHeads, _headSize) = (layer, config.NumAttentionHeads, config.NumKeyValueHeads, config.HeadDim);
        _scale = 1 / Math.Sqrt(_headSize);
        _query = Projection.Of(config.HiddenSize, _heads * _headSize, type);
        _key = Projection.Of(config.HiddenSize, _keyHeads * _headSize, type);
        _value = Projection.Of(config.HiddenSize, _keyHeads * _headSize, type);
        _output = Projection.Of(_heads * _headSize, config.HiddenSize, type);
        RegisterComponents();
    }

    /// <param name="hidden">[B, T, D].</param>
    /// <param name="pass">What all layers share.</param>
    /// <returns>[B, T, D].</returns>
    public override Tensor forward(Tensor hidden, DecoderPass pass)
    {
        using var scope = NewDisposeScope();
        var (batch, length) = (hidden.shape[0], hidden.shape[1]);
        var query = Rotated(_query, _heads); // [B, T, H, d]
        var key = Rotated(_key, _keyHeads); // [B, T, K, d]
        var value = Heads(_value, _keyHeads); // [B, T, K, d]
        if (pass.Cache is { } cache)
        {
            (key, value) = cache.Append(_layer, key, value); // [B, S, K, d]
        }

        var context = length == 1 ? OneToken(query, key, value, pass.Mask)
            : hidden.device_type == DeviceType.CPU ? GroupedAttention.Apply(query, key, value, new(_scale, pass.Mask))
            : Fused(query, key, value, pass.Mask); // [B, T, H, d]
        return _output.forward(context.reshape(batch, length, _heads * _headSize)).MoveToOuterDisposeScope();

        Tensor Heads(AdaptableLinear projection, long heads) =>
            projection.forward(hidden).view(batch, length, heads, _headSize); // [B, T, H, d]

        Tensor Rotated(AdaptableLinear projection, long heads) =>
            RotaryFunction.Apply(Heads(projection, heads), pass.Angles.Cosine, pass.Angles.Sine); // [B, T, H, d]
    }

    // The kernel knows no groups, and takes causality for one of the first queries and keys.
    private Tensor Fused(Tensor query, Tensor key, Tensor value, Tensor? mask)
    {
        var isFirst = query.shape[1] == key.shape[1];
        return nn.functional.scaled_dot_product_attention(
            query.transpose(1, 2), Repeated(key), Repeated(value),
            (isFirst ? mask : mask ?? AttentionMask.Causal(query.shape[1], key.shape[1], query.dtype, query.device))!,
            is_casual: isFirst && mask is null).transpose(1, 2); // [B, T, H, d]
    }

    private Tensor Repeated(Tensor shared) => shared.unsqueeze(3).expand(-1, -1, -1, _heads / _keyHeads, -1)
        .flatten(2, 3).transpose(1, 2); // [B, H, S, d]

    // A group's queries are the rows of one product with its keys, which are read once and not copied.
    private Tensor OneToken(Tensor query, Tensor key, Tensor value, Tensor? mask)
    {
        var group = query.reshape(query.shape[0], _keyHeads, _heads / _keyHeads, _headSize); // [B, K, g, d]
        var scores = matmul(group.mul(_scale), key.permute(0, 2, 3, 1)); // [B, K, g, S]
        if (mask is not null)
        {
            scores.add_(mask);
        }

        var wide = scores.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        var probabilities = nn.functional.softmax(scores, -1, wide).to_type(scores.dtype); // [B, K, g, S]
        return matmul(probabilities, value.transpose(1, 2)).reshape(query.shape); // [B, 1, H, d]
    }
}
