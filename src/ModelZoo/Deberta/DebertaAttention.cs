using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Deberta;

/// <summary>The attention block of an encoder layer.</summary>
public sealed class DebertaAttention : nn.Module<Tensor, Tensor?, RelativeEmbeddings, Tensor>
{
    [ComponentName(Name = "self")]
    private readonly DebertaSelfAttention self;

    [ComponentName(Name = "output")]
    private readonly DebertaResidualOutput output;

    /// <param name="config">The sizes.</param>
    public DebertaAttention(DebertaConfig config)
        : base(nameof(DebertaAttention))
    {
        self = new DebertaSelfAttention(config);
        output = new DebertaResidualOutput(config, config.HiddenSize);
        RegisterComponents();
    }

    /// <summary>The attention itself, without its output projection.</summary>
    public DebertaSelfAttention Self => self;

    /// <inheritdoc cref="DebertaSelfAttention.forward"/>
    public override Tensor forward(Tensor hidden, Tensor? attentionMask, RelativeEmbeddings relative)
    {
        using var context = self.forward(hidden, attentionMask, relative); // [B, T, D]
        return output.forward(context, hidden); // [B, T, D]
    }
}
