using TorchSharp.Interop;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Layer normalisation over the last dimension.</summary>
public sealed class LayerNorm : nn.Module<Tensor, Tensor>
{
    private readonly long[] shape;
    private readonly double eps;

    // Conversion writes these fields by their names.
    private readonly Parameter? weight;
    private readonly Parameter? bias;

    internal LayerNorm(long normalized_shape, double eps, bool elementwise_affine, bool bias, Device? device, ScalarType? dtype)
        : base(nameof(LayerNorm))
    {
        shape = [normalized_shape];
        this.eps = eps;
        if (elementwise_affine)
        {
            weight = Outliving(ones(normalized_shape, dtype, device));
            if (bias)
            {
                this.bias = Outliving(zeros(normalized_shape, dtype, device));
            }
        }

        RegisterComponents();
    }

    public override Tensor forward(Tensor tensor) => Aten.LayerNorm.Tensor(tensor, shape, weight, bias, eps);

    // The module's own tensors outlive the dispose scopes.
    private static Parameter Outliving(Tensor data) => (Parameter)new Parameter(data).DetachFromDisposeScope();
}
