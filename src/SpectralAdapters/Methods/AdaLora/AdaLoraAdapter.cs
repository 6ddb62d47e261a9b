using SpectralAdapters.Attachment;
using SpectralAdapters.Functions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>AdaLoRA over one layer: y = x W^T + b + s ((x_d A^T) * E^T) B^T (PEFT, tuners/adalora/layer.py).</summary>
public sealed class AdaLoraAdapter : Adapter
{
    private const double InitialDeviation = 0.02;

    private readonly double _scale;
    private readonly nn.Module<Tensor, Tensor>? dropout;
    private Parameter lora_A;
    private Parameter lora_E;
    private Parameter lora_B;

    /// <summary>Creates the adapter with all three factors normal with deviation 0.02: the start is near the base, not at it.</summary>
    /// <param name="config">The settings of this layer.</param>
    /// <param name="site">The layer.</param>
    public AdaLoraAdapter(AdaLoraConfig config, AdapterSite site)
        : base(config.Method, site.OutFeatures, site.InFeatures)
    {
        _scale = config.Scale;
        dropout = config.Dropout > 0 ? nn.Dropout(config.Dropout) : null;
        var type = config.ParameterTypeOver(site.Weight);
        lora_A = Trainable(ParameterInit.Normal(InitialDeviation, site, type, config.Rank, InFeatures)); // [r, n]
        lora_E = Trainable(ParameterInit.Normal(InitialDeviation, site, type, config.Rank, 1)); // [r, 1]
        lora_B = Trainable(ParameterInit.Normal(InitialDeviation, site, type, OutFeatures, config.Rank)); // [m, r]
        RegisterComponents();
    }

    internal Parameter A => lora_A;

    internal Parameter E => lora_E;

    internal Parameter B => lora_B;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor weight, Tensor? bias)
    {
        if (dropout is null || !training)
        {
            return LowRankLinear.Forward(input, weight, bias, trained => new LoraFactors(Up(), trained[0]), lora_A, lora_E, lora_B);
        }

        using var scope = NewDisposeScope();
        var dropped = dropout.call(input); // [.., n]
        var (down, up) = (lora_A.to_type(input.dtype), Up().to_type(input.dtype)); // [r, n], [m, r]
        return LowRankLinear.Forward(input, weight, bias, dropped, down, up).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// How far A's rows and B's columns are from orthonormal: |A A^T - I|_F + |B^T B - I|_F, not squared. The training loss takes
    /// gamma times the mean over all matrices of all layers, so gamma / (2 layers) times the sum of this.
    /// </summary>
    public Tensor OrthogonalPenalty()
    {
        using var scope = NewDisposeScope();
        var identity = eye(lora_A.shape[0], dtype: lora_A.dtype, device: lora_A.device); // [r, r]
        var first = lora_A.mm(lora_A.t()).sub(identity).square().sum().sqrt();
        var second = lora_B.t().mm(lora_B).sub(identity).square().sum().sqrt();
        return first.add(second).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override LoraFactors ToLora()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return new LoraFactors(Up().MoveToOuterDisposeScope(), lora_A.detach().clone().MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    protected override Tensor DenseWeight(Tensor weight) =>
        weight.addmm(Up().to_type(weight.dtype), lora_A.to_type(weight.dtype)); // [m, n]

    private Tensor Up() => lora_B.mul(lora_E.t().mul(_scale)); // [m, r]
}
