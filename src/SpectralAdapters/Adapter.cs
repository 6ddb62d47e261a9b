using SpectralAdapters.Functions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>
/// The trainable change of one linear layer, evaluated over that layer's frozen weight. An adapter holds its own trainable
/// parameters and frozen factors only; weight and bias of the layer are passed in and never stored for training.
/// </summary>
/// <remarks>W is out x in (m x n), as in the paper and in every official file: y = x W^T + b.</remarks>
public abstract class Adapter : nn.Module
{
    /// <summary>Creates the adapter of a layer with the given shape.</summary>
    /// <param name="name">The method's name, used by TorchSharp in messages.</param>
    /// <param name="outFeatures">m, the rows of the weight.</param>
    /// <param name="inFeatures">n, the columns of the weight.</param>
    protected Adapter(string name, long outFeatures, long inFeatures)
        : base(name)
    {
        OutFeatures = outFeatures;
        InFeatures = inFeatures;
    }

    /// <summary>m, the rows of the adapted weight.</summary>
    public long OutFeatures { get; }

    /// <summary>n, the columns of the adapted weight.</summary>
    public long InFeatures { get; }

    /// <summary>The layer's <see cref="AdaptableLinear.Widening"/>.</summary>
    internal WideningBuffer? Widening { get; set; }

    /// <summary>The adapted layer: at the start the layer itself, after training x W'^T + b.</summary>
    /// <param name="input">[.., n], in the weight's element type or a wider one.</param>
    /// <param name="weight">The frozen weight W, [m, n].</param>
    /// <param name="bias">The frozen bias, [m], or null.</param>
    /// <returns>[.., m], in the input's element type.</returns>
    public abstract Tensor forward(Tensor input, Tensor weight, Tensor? bias);

    /// <summary>
    /// The dense weight that this adapter stands for, computed in at least float32 and rounded once, unless
    /// <see cref="MergeRule.Scored"/> asks for more roundings.
    /// </summary>
    /// <param name="weight">The frozen weight W, [m, n].</param>
    /// <param name="strength">a; 1 gives the trained weight W', 0 the base.</param>
    /// <param name="rule">How the weight is merged.</param>
    /// <returns>[m, n], in the element type and on the device of <paramref name="weight"/>.</returns>
    /// <exception cref="ArgumentException">The strength is not finite, or not 1 where the rule knows no other.</exception>
    public Tensor MergedWeight(Tensor weight, double strength = 1, MergeRule rule = MergeRule.Linear)
    {
        if (!double.IsFinite(strength))
        {
            throw new ArgumentException(FormattableString.Invariant($"The strength is {strength}; a finite number is needed."));
        }

        if (rule == MergeRule.Scored && strength != 1)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The strength is {strength}; the merged weight that the authors score has the strength 1."));
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var exact = weight.to_type(ComputeType.For(weight.dtype)); // [m, n]
        var merged = rule == MergeRule.Scored ? ScoredWeight(weight)
            : rule == MergeRule.Official ? OfficialDenseWeight(exact, strength)
            : strength == 1 ? DenseWeight(exact)
            : exact.add(DenseWeight(exact).sub(exact).mul(strength)); // [m, n]
        return merged.to_type(weight.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>W' as a differentiable function of the parameters: the definition that every evaluation form must equal.</summary>
    internal Tensor Dense(Tensor weight) => DenseWeight(weight);

    /// <summary>W' from W, both in the element type that <see cref="MergedWeight"/> works in.</summary>
    /// <param name="weight">[m, n], float32 or float64.</param>
    /// <returns>[m, n].</returns>
    protected abstract Tensor DenseWeight(Tensor weight);

    /// <summary>The weight as the method's official converter merges it with a strength; linear where there is no converter.</summary>
    /// <param name="weight">[m, n], float32 or float64.</param>
    /// <param name="strength">a.</param>
    /// <returns>[m, n].</returns>
    protected virtual Tensor OfficialDenseWeight(Tensor weight, double strength) =>
        weight.add(DenseWeight(weight).sub(weight).mul(strength)); // [m, n]

    /// <summary>The weight that the authors' language-model scripts score; the linear one where they have none of their own.</summary>
    /// <param name="weight">[m, n], in its own element type.</param>
    /// <returns>[m, n], in any element type.</returns>
    protected virtual Tensor ScoredWeight(Tensor weight) => DenseWeight(weight.to_type(ComputeType.For(weight.dtype)));

    /// <summary>The layer's bias with this adapter's change of it, or null where the adapter leaves the bias as it is.</summary>
    /// <param name="bias">The frozen bias, [m], or null.</param>
    /// <param name="strength">a; 1 gives the trained bias, 0 the base's.</param>
    /// <param name="rule">How the weight is merged.</param>
    /// <returns>[m].</returns>
    public virtual Tensor? MergedBias(Tensor? bias, double strength = 1, MergeRule rule = MergeRule.Linear) => null;

    /// <summary>The exact low-rank factors of W' - W, or null where the change has no low rank.</summary>
    public abstract LoraFactors? ToLora();

    /// <summary>Keeps a tensor of the adapter's own out of every dispose scope.</summary>
    private protected static Tensor Frozen(Tensor value) => value.DetachFromDisposeScope();

    /// <summary>Wraps a tensor as a trainable parameter that no dispose scope owns.</summary>
    private protected static Parameter Trainable(Tensor value)
    {
        var parameter = new Parameter(value, requires_grad: true);
        parameter.DetachFromDisposeScope();
        return parameter;
    }
}
