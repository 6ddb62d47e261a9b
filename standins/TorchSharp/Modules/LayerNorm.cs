using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Layer normalisation over the last dimensions.</summary>
public sealed class LayerNorm : nn.Module<Tensor, Tensor>
{
    private Parameter? currentWeight;
    private Parameter? currentBias;

    internal LayerNorm(long[] normalized_shape, double eps, bool elementwise_affine, bool bias, Device? device, ScalarType? dtype)
        : base(nameof(LayerNorm))
    {
        this.normalized_shape = normalized_shape;
        this.eps = eps;
        this.elementwise_affine = elementwise_affine;
        if (elementwise_affine)
        {
            weight = new Parameter(ones(normalized_shape, dtype, device));
            if (bias)
            {
                this.bias = new Parameter(zeros(normalized_shape, dtype, device));
            }
        }
    }

    public long[] normalized_shape { get; set; }

    public double eps { get; set; }

    public bool elementwise_affine { get; set; }

    /// <summary>Null without an affine part. A new weight outlives the dispose scopes, and the old one is disposed.</summary>
    public Parameter weight
    {
        get => currentWeight!;
        set
        {
            if (!ReferenceEquals(value, currentWeight))
            {
                currentWeight?.Dispose();
                currentWeight = (Parameter)value.DetachFromDisposeScope();
                ConditionallyRegisterParameter(nameof(weight), currentWeight);
            }
        }
    }

    /// <summary>A new bias outlives the dispose scopes, and the old one is disposed.</summary>
    public Parameter? bias
    {
        get => currentBias;
        set
        {
            currentBias?.Dispose();
            currentBias = (Parameter?)value?.DetachFromDisposeScope();
            ConditionallyRegisterParameter(nameof(bias), currentBias);
        }
    }

    public override Tensor forward(Tensor tensor) => nn.functional.layer_norm(tensor, normalized_shape, weight, bias, eps);

    // The setters register; a scan of the fields would register them again.
    protected override void RegisterComponents()
    {
    }
}
