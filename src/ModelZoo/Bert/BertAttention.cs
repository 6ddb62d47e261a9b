using ModelZoo.Encoders;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Bert;

/// <summary>The attention block of an encoder layer.</summary>
public sealed class BertAttention : nn.Module<Tensor, Tensor?, Tensor>
{
    [ComponentName(Name = "self")]
    private readonly BertSelfAttention _self;

    [ComponentName(Name = "output")]
    private readonly ResidualOutput _output;

    /// <param name="config">The sizes.</param>
    public BertAttention(BertConfig config)
        : base(nameof(BertAttention))
    {
        _self = new BertSelfAttention(config);
        _output = new ResidualOutput(config, config.HiddenSize);
        RegisterComponents();
    }

    /// <inheritdoc cref="BertSelfAttention.forward"/>
    public override Tensor forward(Tensor hidden, Tensor? additiveMask)
    {
        using var context = _self.forward(hidden, additiveMask); // [B, T, D]
        return _output.forward(context, hidden); // [B, T, D]
    }
}
