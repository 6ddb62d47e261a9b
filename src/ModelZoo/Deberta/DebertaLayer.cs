using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Deberta;

/// <summary>One encoder layer: attention block, feed-forward block.</summary>
public sealed class DebertaLayer : nn.Module<Tensor, Tensor?, RelativeEmbeddings, Tensor>
{
    [ComponentName(Name = "attention")]
    private readonly DebertaAttention attention;

    [ComponentName(Name = "intermediate")]
    private readonly DebertaIntermediate intermediate;

    [ComponentName(Name = "output")]
    private readonly DebertaResidualOutput output;

    /// <param name="config">The sizes.</param>
    public DebertaLayer(DebertaConfig config)
        : base(nameof(DebertaLayer))
    {
        attention = new DebertaAttention(config);
        intermediate = new DebertaIntermediate(config);
        output = new DebertaResidualOutput(config, config.IntermediateSize);
        RegisterComponents();
    }

    /// <summary>The attention block.</summary>
    public DebertaAttention Attention => attention;

    /// <inheritdoc cref="DebertaSelfAttention.forward"/>
    /// <returns>[B, T, D].</returns>
    public override Tensor forward(Tensor hidden, Tensor? attentionMask, RelativeEmbeddings relative)
    {
        using var scope = torch.NewDisposeScope();
        var attended = attention.forward(hidden, attentionMask, relative); // [B, T, D]
        return output.forward(intermediate.forward(attended), attended).MoveToOuterDisposeScope(); // [B, T, D]
    }
}
