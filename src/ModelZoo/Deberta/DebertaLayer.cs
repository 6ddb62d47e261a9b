using ModelZoo.Encoders;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Deberta;

/// <summary>One encoder layer: attention block, feed-forward block.</summary>
public sealed class DebertaLayer : nn.Module<Tensor, PaddingMask?, RelativeEmbeddings, Tensor>
{
    [ComponentName(Name = "attention")]
    private readonly DebertaAttention _attention;

    [ComponentName(Name = "intermediate")]
    private readonly Intermediate _intermediate;

    [ComponentName(Name = "output")]
    private readonly ResidualOutput _output;

    /// <param name="config">The sizes.</param>
    public DebertaLayer(DebertaConfig config)
        : base(nameof(DebertaLayer))
    {
        _attention = new DebertaAttention(config);
        _intermediate = new Intermediate(config);
        _output = new ResidualOutput(config, config.IntermediateSize);
        RegisterComponents();
    }

    /// <summary>The attention block.</summary>
    public DebertaAttention Attention => _attention;

    /// <inheritdoc cref="DebertaSelfAttention.forward"/>
    /// <returns>[B, T, D].</returns>
    public override Tensor forward(Tensor hidden, PaddingMask? padding, RelativeEmbeddings relative)
    {
        using var scope = torch.NewDisposeScope();
        var attended = _attention.forward(hidden, padding, relative); // [B, T, D]
        return _output.forward(_intermediate.forward(attended), attended).MoveToOuterDisposeScope(); // [B, T, D]
    }
}
