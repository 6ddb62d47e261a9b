using ModelZoo.Encoders;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Deberta;

/// <summary>The attention block of an encoder layer.</summary>
public sealed class DebertaAttention : nn.Module<Tensor, PaddingMask?, RelativeEmbeddings, Tensor>
{
    [ComponentName(Name = "self")]
    private readonly DebertaSelfAttention _self;

    [ComponentName(Name = "output")]
    private readonly ResidualOutput _output;

    /// <param name="config">The sizes.</param>
    public DebertaAttention(DebertaConfig config)
        : base(nameof(DebertaAttention))
    {
        _self = new DebertaSelfAttention(config);
        _output = new ResidualOutput(config, config.HiddenSize);
        RegisterComponents();
    }

    /// <summary>The attention itself, without its output projection.</summary>
    public DebertaSelfAttention Self => _self;

    /// <inheritdoc cref="DebertaSelfAttention.forward"/>
    public override Tensor forward(Tensor hidden, PaddingMask? padding, RelativeEmbeddings relative)
    {
        using var context = _self.forward(hidden, padding, relative); // [B, T, D]
        return _output.forward(context, hidden); // [B, T, D]
    }
}
