using SpectralAdapters.Attachment;
using SpectralAdapters.Functions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>LiDB over one layer: four skinny products (official file adapter_efficiency/mix_lidb, LiLoRALinearLayer).</summary>
public sealed class LidbAdapter : Adapter
{
    private Tensor down_aux;
    private Tensor up_aux;
    private Parameter lora_down;
    private Parameter lora_up;

    /// <summary>Draws the projections, and starts with the output factor zero, so that the layer starts unchanged.</summary>
    /// <param name="config">The settings.</param>
    /// <param name="site">The layer.</param>
    public LidbAdapter(LidbConfig config, AdapterSite site)
        : base(config.Method, site.OutFeatures, site.InFeatures)
    {
        var type = config.ParameterTypeOver(site.Weight);
        down_aux = Frozen(RandomOrthonormal.Columns(InFeatures, config.DownSize, site.Generator).t().contiguous()
            .to(type, site.Weight.device)); // [a, n]
        up_aux = Frozen(RandomOrthonormal.Columns(OutFeatures, config.UpSize, site.Generator).to(type, site.Weight.device)); // [m, b]
        lora_down = Trainable(ParameterInit.Uniform(1 / Math.Sqrt(config.DownSize), site, type, config.Rank, config.DownSize)); // [r, a]
        lora_up = Trainable(zeros(config.UpSize, config.Rank, dtype: type, device: site.Weight.device)); // [b, r]
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor weight, Tensor? bias) =>
        LowRankLinear.Forward(input, weight, bias, _ => new LoraFactors(up_aux.mm(lora_up), lora_down.mm(down_aux)), lora_down, lora_up);

    /// <inheritdoc/>
    public override LoraFactors ToLora()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return new LoraFactors(up_aux.mm(lora_up).MoveToOuterDisposeScope(), lora_down.mm(down_aux).MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    protected override Tensor DenseWeight(Tensor weight)
    {
        var type = weight.dtype;
        return weight.addmm(up_aux.mm(lora_up).to_type(type), lora_down.mm(down_aux).to_type(type)); // [m, n]
    }
}
