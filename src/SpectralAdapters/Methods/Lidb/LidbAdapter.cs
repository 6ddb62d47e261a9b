using SpectralAdapters.Attachment;
using SpectralAdapters.Functions;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>LiDB over one layer: four skinny products (official file adapter_efficiency/mix_lidb, LiLoRALinearLayer).</summary>
public sealed class LidbAdapter : Adapter
{
    [ComponentName(Name = "down_aux")]
    private Tensor _downAux;

    [ComponentName(Name = "up_aux")]
    private Tensor _upAux;

    [ComponentName(Name = "lora_down")]
    private Parameter _loraDown;

    [ComponentName(Name = "lora_up")]
    private Parameter _loraUp;

    /// <summary>Draws the projections, and starts with the output factor zero, so that the layer starts unchanged.</summary>
    /// <param name="config">The settings.</param>
    /// <param name="site">The layer.</param>
    public LidbAdapter(LidbConfig config, AdapterSite site)
        : base(config.Method, site.OutFeatures, site.InFeatures)
    {
        var type = config.ParameterTypeOver(site.Weight);
        _downAux = Frozen(RandomOrthonormal.Columns(InFeatures, config.DownSize, site.Generator).t().contiguous()
            .to(type, site.Weight.device)); // [a, n]
        _upAux = Frozen(RandomOrthonormal.Columns(OutFeatures, config.UpSize, site.Generator).to(type, site.Weight.device)); // [m, b]
        _loraDown = Trainable(ParameterInit.Uniform(1 / Math.Sqrt(config.DownSize), site, type, config.Rank, config.DownSize)); // [r, a]
        _loraUp = Trainable(zeros(config.UpSize, config.Rank, dtype: type, device: site.Weight.device)); // [b, r]
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor weight, Tensor? bias) =>
        LowRankLinear.Forward(
            input, weight, bias, Widening, _ => new LoraFactors(_upAux.mm(_loraUp), _loraDown.mm(_downAux)), _loraDown, _loraUp);

    /// <inheritdoc/>
    public override LoraFactors ToLora()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return new LoraFactors(_upAux.mm(_loraUp).MoveToOuterDisposeScope(), _loraDown.mm(_downAux).MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    protected override Tensor DenseWeight(Tensor weight)
    {
        var type = weight.dtype;
        return weight.addmm(_upAux.mm(_loraUp).to_type(type), _loraDown.mm(_downAux).to_type(type)); // [m, n]
    }
}
