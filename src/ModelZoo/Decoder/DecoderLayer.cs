using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Decoder;

/// <summary>One decoder layer: attention block, feed-forward block, each over a normalised input and added to it.</summary>
public sealed class DecoderLayer : nn.Module<Tensor, DecoderPass, Tensor>
{
    [ComponentName(Name = "input_layernorm")]
    private readonly RmsNorm _inputNorm;

    [ComponentName(Name = "self_attn")]
    private readonly DecoderAttention _attention;

    [ComponentName(Name = "post_attention_layernorm")]
    private readonly RmsNorm _attentionNorm;

    [ComponentName(Name = "mlp")]
    private readonly DecoderMlp _mlp;

    internal DecoderLayer(DecoderConfig config, int layer, ScalarType type)
        : base(nameof(DecoderLayer))
    {
        _inputNorm = new RmsNorm(config.HiddenSize, config.RmsNormEps, type);
        _attention = new DecoderAttention(config, layer, type);
        _attentionNorm = new RmsNorm(config.HiddenSize, config.RmsNormEps, type);
        _mlp = new DecoderMlp(config, type);
        RegisterComponents();
    }

    /// <param name="hidden">[B, T, D].</param>
    /// <param name="pass">What all layers share.</param>
    /// <returns>[B, T, D].</returns>
    public override Tensor forward(Tensor hidden, DecoderPass pass)
    {
        using var scope = NewDisposeScope();
        var attended = hidden.add(_attention.forward(_inputNorm.forward(hidden), pass)); // [B, T, D]
        return attended.add(_mlp.forward(_attentionNorm.forward(attended))).MoveToOuterDisposeScope(); // [B, T, D]
    }
}
