using SpectralAdapters;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Decoder;

/// <summary>The feed-forward block SwiGLU: down(silu(gate x) * up x).</summary>
public sealed class DecoderMlp : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "gate_proj")]
    private readonly AdaptableLinear _gate;

    [ComponentName(Name = "up_proj")]
    private readonly AdaptableLinear _up;

    [ComponentName(Name = "down_proj")]
    private readonly AdaptableLinear _down;

    internal DecoderMlp(DecoderConfig config, ScalarType type)
        : base(nameof(DecoderMlp))
    {
        _gate = Projection.Of(config.HiddenSize, config.IntermediateSize, type);
        _up = Projection.Of(config.HiddenSize, config.IntermediateSize, type);
        _down = Projection.Of(config.IntermediateSize, config.HiddenSize, type);
        RegisterComponents();
    }

    /// <param name="hidden">[B, T, D].</param>
    /// <returns>[B, T, D].</returns>
    public override Tensor forward(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        var gate = nn.functional.silu(_gate.forward(hidden)); // [B, T, I]
        return _down.forward(gate.mul(_up.forward(hidden))).MoveToOuterDisposeScope(); // [B, T, D]
    }
}
