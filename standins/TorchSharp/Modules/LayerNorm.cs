using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Layer normalisation over the last dimensions.</summary>
public sealed class LayerNorm : nn.Module<Tensor, Tensor>
{
    private readonly long[] normalized_shape;
    private Parameter? currentWeight;
    private Parameter? currentBias;

    internal LayerNorm(long[] normalized_shape, double eps, bool elementwise_affine, bool bias, Device? device, ScalarType? dtype)
        : base(nameof(LayerNorm))
    {
        this.normalized_shape = normalized_shape;
        this.eps = eps;
        if (elementwise_affine)
        {
            weight = new Parameter(ones(normalized_shape, dtype, device));
            if (bias)
            {
                this.bias = new Parameter(zeros(normalized_shape, dtype, device));
            }
        }
    }

    public double eps { get; }

    public Parameter? weight
    {
        get => currentWeight;
        set => ConditionallyRegisterParameter(nameof(weight), currentWeight = value);
    }

    public Parameter? bias
    {
        get => currentBias;
        set => ConditionallyRegisterParameter(nameof(bias), currentBias = value);
    }

    public override Tensor forward(Tensor tensor) => nn.functional.layer_norm(tensor, normalized_shape, weight, bias, eps);

    // The setters register; a scan of the fields would register them again.
    protected override void RegisterComponents()
    {
    }
}
