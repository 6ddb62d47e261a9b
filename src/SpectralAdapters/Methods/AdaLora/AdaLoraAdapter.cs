using SpectralAdapters.Attachment;
using SpectralAdapters.Functions;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>AdaLoRA over one layer: y = x W^T + b + s ((x_d A^T) * E^T) B^T (PEFT, tuners/adalora/layer.py).</summary>
public sealed class AdaLoraAdapter : Adapter
{
    private const double InitialDeviation = 0.02;

    private readonly double _scale;

    [ComponentName(Name = "dropout")]
    private readonly nn.Module<Tensor, Tensor>? _dropout;

    [ComponentName(Name = "lora_A")]
    private Parameter _loraA;

    [ComponentName(Name = "lora_E")]
    private Parameter _loraE;

    [ComponentName(Name = "lora_B")]
    private Parameter _loraB;

    /// <summary>Creates the adapter with all three factors normal with deviation 0.02: the start is near the base, not at it.</summary>
    /// <param name="config">The settings of this layer.</param>
    /// <param name="site">The layer.</param>
    public AdaLoraAdapter(AdaLoraConfig config, AdapterSite site)
        : base(config.Method, site.OutFeatures, site.InFeatures)
    {
        _scale = config.Scale;
        _dropout = config.Dropout > 0 ? nn.Dropout(config.Dropout) : null;
        var type = config.ParameterTypeOver(site.Weight);
        _loraA = Trainable(ParameterInit.Normal(InitialDeviation, site, type, config.Rank, InFeatures)); // [r, n]
        _loraE = Trainable(ParameterInit.Normal(InitialDeviation, site, type, config.Rank, 1)); // [r, 1]
        _loraB = Trainable(ParameterInit.Normal(InitialDeviation, site, type, OutFeatures, config.Rank)); // [m, r]
        RegisterComponents();
    }

    internal Parameter A => _loraA;

    internal Parameter E => _loraE;

    internal Parameter B => _loraB;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor weight, Tensor? bias)
    {
        if (_dropout is null || !training)
        {
            return LowRankLinear.Forward(
                input, weight, bias, Widening, trained => new LoraFactors(Up(), trained[0]), _loraA, _loraE, _loraB);
        }

        using var scope = NewDisposeScope();
        var dropped = _dropout.call(input); // [.., n]
        var (down, up) = (_loraA.to_type(input.dtype), Up().to_type(input.dtype)); // [r, n], [m, r]
        return LowRankLinear.Forward(input, weight, bias, Widening, dropped, down, up).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// How far A's rows and B's columns are from orthonormal: |A A^T - I|_F + |B^T B - I|_F, not squared. The training loss takes
    /// gamma times the mean over all matrices of all layers, so gamma / (2 layers) times the sum of this.
    /// </summary>
    public Tensor OrthogonalPenalty()
    {
        using var scope = NewDisposeScope();
        // norm, and no root of a sum: at orthonormal factors its gradient is zero and not 0/0.
        var identity = eye(_loraA.shape[0], dtype: _loraA.dtype, device: _loraA.device); // [r, r]
        var first = _loraA.mm(_loraA.t()).sub(identity).norm();
        var second = _loraB.t().mm(_loraB).sub(identity).norm();
        return first.add(second).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override LoraFactors ToLora()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        if (_loraA.shape[0] == 0)
        {
            // No triplet was kept; a LoRA needs one at least.
            return new LoraFactors(
                _loraB.new_zeros(OutFeatures, 1).MoveToOuterDisposeScope(), _loraA.new_zeros(1, InFeatures).MoveToOuterDisposeScope());
        }

        return new LoraFactors(Up().MoveToOuterDisposeScope(), _loraA.detach().clone().MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    protected override Tensor DenseWeight(Tensor weight) =>
        weight.addmm(Up().to_type(weight.dtype), _loraA.to_type(weight.dtype)); // [m, n]

    private Tensor Up() => _loraB.mul(_loraE.t().mul(_scale)); // [m, r]
}
