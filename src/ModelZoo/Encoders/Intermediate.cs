using SpectralAdapters;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Encoders;

/// <summary>The first half of the feed-forward block: dense layer and exact (erf) GELU.</summary>
public sealed class Intermediate : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "dense")]
    private readonly AdaptableLinear _dense;

    /// <param name="config">The sizes.</param>
    public Intermediate(EncoderConfig config)
        : base(nameof(Intermediate))
    {
        _dense = new AdaptableLinear(config.HiddenSize, config.IntermediateSize);
        RegisterComponents();
    }

    /// <param name="hidden">[B, T, D].</param>
    /// <returns>[B, T, intermediate size].</returns>
    public override Tensor forward(Tensor hidden)
    {
        using var inner = _dense.forward(hidden); // [B, T, I]
        return nn.functional.gelu(inner); // [B, T, I]
    }
}
