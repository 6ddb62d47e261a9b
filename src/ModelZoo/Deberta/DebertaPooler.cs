using SpectralAdapters;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Deberta;

/// <summary>The summary of a sequence: the first token's hidden state through dropout, dense layer and exact GELU.</summary>
public sealed class DebertaPooler : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "dense")]
    private readonly AdaptableLinear _dense;

    [ComponentName(Name = "dropout")]
    private readonly Dropout _dropout;

    /// <param name="config">The sizes.</param>
    public DebertaPooler(DebertaConfig config)
        : base(nameof(DebertaPooler))
    {
        _dense = new AdaptableLinear(config.HiddenSize, config.HiddenSize);
        _dropout = nn.Dropout(config.PoolerDropout);
        RegisterComponents();
    }

    /// <param name="hidden">[B, T, D].</param>
    /// <returns>[B, D].</returns>
    public override Tensor forward(Tensor hidden)
    {
        using var scope = torch.NewDisposeScope();
        var first = _dropout.forward(hidden.select(1, 0)); // [B, D]
        return nn.functional.gelu(_dense.forward(first)).MoveToOuterDisposeScope(); // [B, D]
    }
}
