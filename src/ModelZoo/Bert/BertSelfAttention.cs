using SpectralAdapters;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Bert;

/// <summary>Scaled dot-product attention of several heads, without its output projection.</summary>
/// <remarks>
/// PyTorch's fused kernel has no dropout on the CPU: with one, scaled_dot_product_attention takes 1.15 times as long as a product, a
/// softmax and a product. Without one it takes 0.85 of their time at 32 x 64 tokens, forward and backward, and keeps no probabilities.
/// </remarks>
public sealed class BertSelfAttention : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly int _heads;
    private readonly int _headSize;
    private readonly double _scale;

    [ComponentName(Name = "query")]
    private readonly AdaptableLinear _query;

    [ComponentName(Name = "key")]
    private readonly AdaptableLinear _key;

    [ComponentName(Name = "value")]
    private readonly AdaptableLinear _value;

    [ComponentName(Name = "dropout")]
    private readonly Dropout _dropout;

    /// <param name="config">The sizes.</param>
    public BertSelfAttention(BertConfig config)
        : base(nameof(BertSelfAttention))
    {
        _heads = config.NumAttentionHeads;
        _headSize = config.HeadSize;
        _scale = 1 / Math.Sqrt(_headSize);
        _query = new AdaptableLinear(config.HiddenSize, config.HiddenSize);
        _key = new AdaptableLinear(config.HiddenSize, config.HiddenSize);
        _value = new AdaptableLinear(config.HiddenSize, config.HiddenSize);
        _dropout = nn.Dropout(config.AttentionDropout);
        RegisterComponents();
    }

    /// <param name="hidden">[B, T, D].</param>
    /// <param name="additiveMask">[B, 1, 1, T], 0 for a token, negative infinity for padding; null where nothing is padded.</param>
    /// <returns>[B, T, D]. Positions of padding mean nothing.</returns>
    public override Tensor forward(Tensor hidden, Tensor? additiveMask)
    {
        using var scope = torch.NewDisposeScope();
        var query = Heads(_query.forward(hidden));                     // [B, H, T, d]
        var key = Heads(_key.forward(hidden));                         // [B, H, T, d]
        var value = Heads(_value.forward(hidden));                     // [B, H, T, d]
        var context = training && _dropout.p > 0
            ? WithDropout(query, key, value, additiveMask)
            : nn.functional.scaled_dot_product_attention(query, key, value, additiveMask!, is_casual: false); // [B, H, T, d]
        return context.transpose(1, 2).reshape(hidden.shape).MoveToOuterDisposeScope(); // [B, T, D]
    }

    private Tensor WithDropout(Tensor query, Tensor key, Tensor value, Tensor? additiveMask)
    {
        var scores = torch.matmul(query.mul(_scale), key.transpose(-1, -2)); // [B, H, T, T], query before key
        if (additiveMask is not null)
        {
            scores.add_(additiveMask); // [B, H, T, T]
        }

        return torch.matmul(_dropout.forward(nn.functional.softmax(scores, -1)), value); // [B, H, T, d]
    }

    private Tensor Heads(Tensor projected) =>
        projected.view(projected.shape[0], projected.shape[1], _heads, _headSize).transpose(1, 2); // [B, H, T, d]
}
