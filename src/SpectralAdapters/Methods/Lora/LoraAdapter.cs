using SpectralAdapters.Attachment;
using SpectralAdapters.Functions;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>LoRA over one layer: y = x W^T + b + s B A x_d, x_d the input after dropout (PEFT, tuners/lora/layer.py).</summary>
public sealed class LoraAdapter : Adapter
{
    private readonly double _scale;
    private readonly bool _strengthReplacesAlpha;

    [ComponentName(Name = "dropout")]
    private readonly nn.Module<Tensor, Tensor>? _dropout;

    [ComponentName(Name = "lora_A")]
    private Parameter _loraA;

    [ComponentName(Name = "lora_B")]
    private Parameter _loraB;

    [ComponentName(Name = "lora_B_bias")]
    private Parameter? _loraBBias;

    /// <summary>Creates the adapter with A uniform in +-1/sqrt n and B zero, so that the layer starts unchanged.</summary>
    /// <param name="config">The settings of this layer.</param>
    /// <param name="site">The layer.</param>
    public LoraAdapter(LoraConfig config, AdapterSite site)
        : this(config, site, config.Dropout > 0 ? nn.Dropout(config.Dropout) : null)
    {
    }

    internal LoraAdapter(LoraConfig config, AdapterSite site, nn.Module<Tensor, Tensor>? dropout)
        : base(config.Method, site.OutFeatures, site.InFeatures)
    {
        _scale = config.Scale;
        _strengthReplacesAlpha = config.Scaling == LoraScaling.Alpha;
        _dropout = dropout;
        var type = config.ParameterTypeOver(site.Weight);
        _loraA = Trainable(ParameterInit.Uniform(1 / Math.Sqrt(InFeatures), site, type, config.Rank, InFeatures)); // [r, n]
        _loraB = Trainable(zeros(OutFeatures, config.Rank, dtype: type, device: site.Weight.device)); // [m, r]
        _loraBBias = config.Bias ? Trainable(zeros(OutFeatures, dtype: type, device: site.Weight.device)) : null; // [m]
        RegisterComponents();
    }

    /// <summary>Creates the adapter of a given change.</summary>
    /// <param name="config">The settings of this layer; their scale must be 1 and there is no dropout.</param>
    /// <param name="factors">The change; copied.</param>
    /// <param name="bias">The change of the bias, [m], copied; null where there is none.</param>
    internal LoraAdapter(LoraConfig config, LoraFactors factors, Tensor? bias = null)
        : base(config.Method, factors.Up.shape[0], factors.Down.shape[1])
    {
        _scale = config.Scale;
        _loraA = Trainable(factors.Down.clone()); // [r, n]
        _loraB = Trainable(factors.Up.clone()); // [m, r]
        _loraBBias = bias is null ? null : Trainable(bias.clone()); // [m]
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor weight, Tensor? bias)
    {
        if ((_dropout is null || !training) && _loraBBias is null)
        {
            return LowRankLinear.Forward(input, weight, bias, Widening, trained => new LoraFactors(Up(), trained[0]), _loraA, _loraB);
        }

        using var scope = NewDisposeScope();
        bias = WithOwn(bias, _scale)?.to_type(input.dtype); // [m]
        var dropped = _dropout is null ? input : _dropout.call(input); // [.., n]
        var down = _loraA.to_type(input.dtype); // [r, n]
        var up = Up().to_type(input.dtype); // [m, r]
        return LowRankLinear.Forward(input, weight, bias, Widening, dropped, down, up).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override LoraFactors ToLora()
    {
        using var noGrad = no_grad();
        return new LoraFactors(_loraB.mul(_scale), _loraA.detach().clone());
    }

    /// <inheritdoc/>
    protected override Tensor DenseWeight(Tensor weight) =>
        weight.addmm(Up().to_type(weight.dtype), _loraA.to_type(weight.dtype)); // [m, n]

    /// <summary>The diffusion converter puts the strength in alpha's place; PEFT has no strength.</summary>
    protected override Tensor OfficialDenseWeight(Tensor weight, double strength) =>
        _strengthReplacesAlpha
            ? weight.addmm(_loraB.mul(strength).to_type(weight.dtype), _loraA.to_type(weight.dtype)) // [m, n]
            : base.OfficialDenseWeight(weight, strength);

    /// <summary>PEFT multiplies by the scale after the product.</summary>
    protected override Tensor ScoredWeight(Tensor weight) => weight.add(_loraB.mm(_loraA).mul(_scale).to_type(weight.dtype)); // [m, n]

    /// <inheritdoc/>
    public override Tensor? MergedBias(Tensor? bias, double strength = 1, MergeRule rule = MergeRule.Linear)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var factor = rule == MergeRule.Official && _strengthReplacesAlpha ? strength : strength * _scale;
        return _loraBBias is null ? null : WithOwn(bias, factor)!.MoveToOuterDisposeScope(); // [m], not yet rounded to the layer's type
    }

    private Tensor? WithOwn(Tensor? bias, double factor) =>
        _loraBBias is null ? bias
        : bias is null ? _loraBBias.mul(factor)
        : bias.add(_loraBBias.mul(factor)); // [m]

    private Tensor Up() => _scale == 1 ? _loraB : _loraB.mul(_scale);
}
