using SpectralAdapters.Functions;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Decoder;

/// <summary>Root mean square layer normalisation, without a bias.</summary>
public sealed class RmsNorm : nn.Module<Tensor, Tensor>
{
    private readonly double _epsilon;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    /// <param name="size">D.</param>
    /// <param name="epsilon">What is added to the mean square.</param>
    /// <param name="dtype">The element type of the weight.</param>
    public RmsNorm(long size, double epsilon, ScalarType dtype)
        : base(nameof(RmsNorm))
    {
        _epsilon = epsilon;
        _weight = new Parameter(ones(size, dtype: dtype), requires_grad: true);
        RegisterComponents();
    }

    /// <param name="hidden">[.., D].</param>
    /// <returns>[.., D].</returns>
    public override Tensor forward(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return LowRankLinear.Unflatten(hidden, RmsNormFunction.Apply(LowRankLinear.Flatten(hidden), _weight, _epsilon))
            .MoveToOuterDisposeScope();
    }
}
