using SpectralAdapters.Attachment;
using SpectralAdapters.Functions;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>
/// Spectral Adapter R over one layer (official file: adapter_efficiency/mix_spectral, SpectralLinearLayer_OFT), as an r x r core:
/// W' - W = U_J M V_J^T with M = Q(A) diag(S_J C) Q(B)^T - diag(S_J).
/// </summary>
public sealed class SpectralRAdapter : Adapter, ISingularColumnAdapter
{
    private readonly SingularScale _scale;
    private readonly IReadOnlyList<long> _columns;

    [ComponentName(Name = "U")]
    private Tensor _u;

    [ComponentName(Name = "S")]
    private Tensor _s;

    [ComponentName(Name = "V")]
    private Tensor _v;

    [ComponentName(Name = "A")]
    private Parameter _a;

    [ComponentName(Name = "B")]
    private Parameter _b;

    [ComponentName(Name = "C")]
    private Parameter? _c;

    /// <summary>Takes the layer's factors and starts from the identity, so that the layer starts unchanged.</summary>
    /// <param name="config">The settings.</param>
    /// <param name="site">The layer.</param>
    public SpectralRAdapter(SpectralRConfig config, AdapterSite site)
        : base(config.Method, site.OutFeatures, site.InFeatures)
    {
        _scale = config.Scale;
        _columns = config.Columns.Indices(Math.Min(OutFeatures, InFeatures));
        var rank = config.Columns.Count;
        var type = config.ParameterTypeOver(site.Weight);
        var device = site.Weight.device;
        using var factors = site.GetFactors(config.Columns);
        _u = Frozen(factors.U.to(type, device, copy: true)); // [m, r]
        _s = Frozen(factors.S.to(type, device, copy: true)); // [r]
        _v = Frozen(factors.V.to(type, device, copy: true)); // [n, r]
        _a = Trainable(zeros(rank, rank, dtype: type, device: device)); // [r, r]
        _b = Trainable(zeros(rank, rank, dtype: type, device: device)); // [r, r]
        _c = _scale switch
        {
            SingularScale.OnePlus => Trainable(zeros(rank, dtype: type, device: device)), // [r]
            SingularScale.Multiplicative => Trainable(ones(rank, dtype: type, device: device)), // [r]
            _ => null,
        };
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor weight, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var core = RotatedCoreFunction.Apply(_a, _b, Values(1), _s); // [r, r]
        var output = CoreFunction.Apply(LowRankLinear.Flatten(input), weight, bias, Widening, _u, _v, core); // [T, m]
        return LowRankLinear.Unflatten(input, output).MoveToOuterDisposeScope();
    }

    /// <summary>The change in rank r: U_J M times V_J^T.</summary>
    public override LoraFactors ToLora()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return new LoraFactors(_u.mm(Core(1)).MoveToOuterDisposeScope(), _v.t().contiguous().MoveToOuterDisposeScope());
    }

    IReadOnlyList<long> ISingularColumnAdapter.Columns => _columns;

    // A rotation within the columns leaves their span as it is.
    (Tensor U, Tensor V) ISingularColumnAdapter.TunedColumns() => (_u.alias(), _v.alias());

    /// <inheritdoc/>
    protected override Tensor DenseWeight(Tensor weight) => Dense(weight, 1);

    /// <summary>Each rotation replaced by I + a (Q - I) and the factor by 1 + a (C - 1); no rotation for 0 &lt; a &lt; 1.</summary>
    protected override Tensor OfficialDenseWeight(Tensor weight, double strength) => Dense(weight, strength);

    private Tensor Dense(Tensor weight, double strength)
    {
        var type = weight.dtype;
        return weight.addmm(_u.to_type(type).mm(Core(strength).to_type(type)), _v.to_type(type).t()); // [m, n]
    }

    private Tensor Core(double strength)
    {
        var rotations = Cayley.Rotation(stack([_a, _b])); // [2, r, r]
        if (strength != 1)
        {
            var identity = eye(_s.shape[0], dtype: _s.dtype, device: _s.device); // [r, r]
            rotations = identity.add(rotations.sub(identity).mul(strength)); // [2, r, r]
        }

        return rotations[0].mul(Values(strength)).mm(rotations[1].t()).sub(diag(_s)); // [r, r]
    }

    private Tensor Values(double strength) => _scale switch
    {
        SingularScale.OnePlus => _s.addcmul(_s, _c!, strength), // [r]
        SingularScale.Multiplicative => _s.mul(_c!.sub(1).mul(strength).add(1)), // [r]
        _ => _s,
    };
}
