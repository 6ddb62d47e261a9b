using SpectralAdapters.Attachment;
using SpectralAdapters.Functions;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>
/// SVDiff over one layer (official file adapter_efficiency/mix_svdiff): y = ((x V) * relu(S + delta)) U^T + b. The full factors stand
/// in for the weight, so that no dense weight is built or kept.
/// </summary>
public sealed class SvdiffAdapter : Adapter
{
    [ComponentName(Name = "U")]
    private Tensor _u;

    [ComponentName(Name = "S")]
    private Tensor _s;

    [ComponentName(Name = "V")]
    private Tensor _v;

    [ComponentName(Name = "delta")]
    private Parameter _delta;

    /// <summary>Takes the layer's full factors and starts with no shift: the weight up to the decomposition's rounding.</summary>
    /// <param name="config">The settings.</param>
    /// <param name="site">The layer.</param>
    public SvdiffAdapter(SvdiffConfig config, AdapterSite site)
        : base(config.Method, site.OutFeatures, site.InFeatures)
    {
        var type = config.ParameterTypeOver(site.Weight);
        var device = site.Weight.device;
        var count = Math.Min(OutFeatures, InFeatures);
        using var factors = site.GetFactors(ColumnSelection.Top(count));
        _u = Frozen(factors.U.to(type, device, copy: true)); // [m, k]
        _s = Frozen(factors.S.to(type, device, copy: true)); // [k]
        _v = Frozen(factors.V.to(type, device, copy: true)); // [n, k]
        _delta = Trainable(zeros(count, dtype: type, device: device)); // [k]
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor weight, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var values = _s.add(_delta).relu(); // [k]
        var output = SvdiffFunction.Apply(LowRankLinear.Flatten(input), values, _u, _v, bias); // [T, m]
        return LowRankLinear.Unflatten(input, output).MoveToOuterDisposeScope();
    }

    /// <summary>Null: all singular values move.</summary>
    public override LoraFactors? ToLora() => null;

    /// <inheritdoc/>
    protected override Tensor DenseWeight(Tensor weight) => Dense(weight, _s.add(_delta).relu()); // [m, n]

    /// <summary>The converter adds the scaled shifts without the relu.</summary>
    protected override Tensor OfficialDenseWeight(Tensor weight, double strength) =>
        Dense(weight, _s.add(_delta.mul(strength))); // [m, n]

    private Tensor Dense(Tensor weight, Tensor values)
    {
        var type = weight.dtype;
        return _u.to_type(type).mul(values.to_type(type)).mm(_v.to_type(type).t()); // [m, n]
    }
}
