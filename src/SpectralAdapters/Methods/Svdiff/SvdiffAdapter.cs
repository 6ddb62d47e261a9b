using SpectralAdapters.Attachment;
using SpectralAdapters.Functions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>
/// SVDiff over one layer (official file adapter_efficiency/mix_svdiff): y = ((x V) * relu(S + delta)) U^T + b. The full factors stand
/// in for the weight, so that no dense weight is built or kept.
/// </summary>
public sealed class SvdiffAdapter : Adapter
{
    private Tensor U;
    private Tensor S;
    private Tensor V;
    private Parameter delta;

    /// <summary>Takes the layer's full factors and starts with no shift: the weight up to the decomposition's rounding.</summary>
    /// <param name="config">The settings.</param>
    /// <param name="site">The layer.</param>
    public SvdiffAdapter(SvdiffConfig config, AdapterSite site)
        : base(config.Method, site.OutFeatures, site.InFeatures)
    {
        var type = config.ParameterTypeOver(site.Weight);
        var device = site.Weight.device;
        var count = Math.Min(OutFeatures, InFeatures);
        using var factors = site.Factors.Get(site.Layer, site.Weight, ColumnSelection.Top(count));
        U = Frozen(factors.U.to(type, device, copy: true)); // [m, k]
        S = Frozen(factors.S.to(type, device, copy: true)); // [k]
        V = Frozen(factors.V.to(type, device, copy: true)); // [n, k]
        delta = Trainable(zeros(count, dtype: type, device: device)); // [k]
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor weight, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var values = S.add(delta).relu(); // [k]
        var output = SvdiffFunction.Apply(LowRankLinear.Flatten(input), values, U, V, bias); // [T, m]
        return LowRankLinear.Unflatten(input, output).MoveToOuterDisposeScope();
    }

    /// <summary>Null: all singular values move.</summary>
    public override LoraFactors? ToLora() => null;

    /// <inheritdoc/>
    protected override Tensor DenseWeight(Tensor weight) => U.mul(S.add(delta).relu()).mm(V.t()).to_type(weight.dtype); // [m, n]

    /// <summary>The converter adds the scaled shifts without the relu.</summary>
    protected override Tensor OfficialDenseWeight(Tensor weight, double strength) =>
        U.mul(S.add(delta.mul(strength))).mm(V.t()).to_type(weight.dtype); // [m, n]
}
