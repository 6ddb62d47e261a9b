using SpectralAdapters;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Encoders;

/// <summary>The end of a block: dense layer, dropout, residual, layer norm.</summary>
public sealed class ResidualOutput : nn.Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "dense")]
    private readonly AdaptableLinear _dense;

    [ComponentName(Name = "LayerNorm")]
    private readonly LayerNorm _layerNorm;

    [ComponentName(Name = "dropout")]
    private readonly Dropout _dropout;

    /// <param name="config">The sizes.</param>
    /// <param name="inFeatures">The width of the block's inner state.</param>
    public ResidualOutput(EncoderConfig config, long inFeatures)
        : base(nameof(ResidualOutput))
    {
        _dense = new AdaptableLinear(inFeatures, config.HiddenSize);
        _layerNorm = nn.LayerNorm(config.HiddenSize, config.LayerNormEps);
        _dropout = nn.Dropout(config.HiddenDropout);
        RegisterComponents();
    }

    /// <param name="inner">[B, T, inFeatures].</param>
    /// <param name="residual">[B, T, D], the block's input.</param>
    /// <returns>[B, T, D].</returns>
    public override Tensor forward(Tensor inner, Tensor residual)
    {
        using var scope = torch.NewDisposeScope();
        var output = _dropout.forward(_dense.forward(inner)); // [B, T, D]
        return _layerNorm.forward(output.add(residual)).MoveToOuterDisposeScope(); // [B, T, D]
    }
}
