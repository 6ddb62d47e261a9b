using ModelZoo.Encoders;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Bert;

/// <summary>One encoder layer: attention block, feed-forward block.</summary>
public sealed class BertLayer : nn.Module<Tensor, Tensor?, Tensor>
{
    [ComponentName(Name = "attention")]
    private readonly BertAttention _attention;

    [ComponentName(Name = "intermediate")]
    private readonly Intermediate _intermediate;

    [ComponentName(Name = "output")]
    private readonly ResidualOutput _output;

    /// <param name="config">The sizes.</param>
    public BertLayer(BertConfig config)
        : base(nameof(BertLayer))
    {
        _attention = new BertAttention(config);
        _intermediate = new Intermediate(config);
        _output = new ResidualOutput(config, config.IntermediateSize);
        RegisterComponents();
    }

    /// <inheritdoc cref="BertSelfAttention.forward"/>
    public override Tensor forward(Tensor hidden, Tensor? additiveMask)
    {
        using var scope = torch.NewDisposeScope();
        var attended = _attention.forward(hidden, additiveMask); // [B, T, D]
        return _output.forward(_intermediate.forward(attended), attended).MoveToOuterDisposeScope(); // [B, T, D]
    }
}
