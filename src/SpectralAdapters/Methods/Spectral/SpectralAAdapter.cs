using SpectralAdapters.Attachment;
using SpectralAdapters.Functions;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>
/// Spectral Adapter A over one layer (official files: llama3_tune/peft/tuners/lora/layer.py, adapter_fusion/spectral/mixofshow/
/// models/edlora.py). The dense weight is never rebuilt.
/// </summary>
public sealed class SpectralAAdapter : Adapter, ISingularColumnAdapter
{
    private readonly SpectralForm _form;
    private readonly ScalarType? _residualType;
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

    private readonly CachedWeightFunction _residual;

    /// <summary>Takes the layer's factors and starts from zero, so that the layer starts unchanged.</summary>
    /// <param name="config">The settings.</param>
    /// <param name="site">The layer.</param>
    public SpectralAAdapter(SpectralAConfig config, AdapterSite site)
        : base(config.Method, site.OutFeatures, site.InFeatures)
    {
        _form = config.Form;
        _residualType = config.ResidualType;
        _columns = config.Columns.Indices(Math.Min(OutFeatures, InFeatures));
        var rank = config.Columns.Count;
        var type = config.ParameterTypeOver(site.Weight);
        var device = site.Weight.device;
        using var factors = site.GetFactors(config.Columns);
        _u = Frozen(factors.U.to(type, device, copy: true)); // [m, r]
        _s = Frozen(factors.S.to(type, device, copy: true)); // [r]
        _v = Frozen(factors.V.to(type, device, copy: true)); // [n, r]
        _a = Trainable(zeros(OutFeatures, rank, dtype: type, device: device)); // [m, r]
        _b = Trainable(zeros(InFeatures, rank, dtype: type, device: device)); // [n, r]
        _c = config.TrainSingularValues ? Trainable(zeros(rank, dtype: type, device: device)) : null; // [r]
        _residual = new CachedWeightFunction(Residual);
        RegisterComponents();
    }

    /// <summary>As above, with a residual that was computed and rounded elsewhere.</summary>
    internal SpectralAAdapter(SpectralAConfig config, AdapterSite site, Tensor residual)
        : this(config, site) => _residual.Set(residual.clone());

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor weight, Tensor? bias)
    {
        var wide = Wider(weight);
        return _form == SpectralForm.Delta
            ? LowRankLinear.Forward(input, weight, bias, Widening, _ => new LoraFactors(DeltaUp(wide), DeltaDown().t()), Trained)
            : LowRankLinear.Forward(
                input, _residual.Get(weight), bias, Widening, _ => new LoraFactors(TunedUp(wide), TunedDown(wide).t()), Trained);
    }

    /// <summary>
    /// The change in rank 2r: W' - W = (A (S + C) + U C) V^T + (U + A) (S + C) B^T, exact and without a decomposition. Null where
    /// the residual is rounded, because the rounding is part of the change and has full rank.
    /// </summary>
    public override LoraFactors? ToLora()
    {
        if (_residualType is not null)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return new LoraFactors(
            DeltaUp(ComputeType.For(_u.dtype)).MoveToOuterDisposeScope(), DeltaDown().t().contiguous().MoveToOuterDisposeScope());
    }

    IReadOnlyList<long> ISingularColumnAdapter.Columns => _columns;

    (Tensor U, Tensor V) ISingularColumnAdapter.TunedColumns() => (_u.add(_a), _v.add(_b));

    /// <inheritdoc/>
    protected override Tensor DenseWeight(Tensor weight)
    {
        var (type, wide) = (weight.dtype, Wider(weight));
        return _residualType is null
            ? weight.addmm(DeltaUp(wide).to_type(type), DeltaDown().to_type(type).t()) // [m, n]
            : _residual.Get(weight).addmm(TunedUp(wide).to_type(type), TunedDown(wide).to_type(type).t()); // [m, n]
    }

    /// <summary>a multiplies A, B and C each, so that it acts on their product in the third power.</summary>
    protected override Tensor OfficialDenseWeight(Tensor weight, double strength)
    {
        var up = _u.add(_a.mul(strength)).mul(_c is null ? _s : _s.add(_c.mul(strength))); // [m, r]
        var down = _v.add(_b.mul(strength)); // [n, r]
        var rest = weight.sub(_u.mul(_s).mm(_v.t()).to_type(weight.dtype)); // [m, n]
        return rest.addmm(up.to_type(weight.dtype), down.to_type(weight.dtype).t());
    }

    /// <summary>
    /// The fork decomposes the weight again, which gives singular vectors up to their signs, rounds all of them to float16, and so every
    /// step on the way to the sum of the tuned and of the other columns.
    /// </summary>
    protected override Tensor ScoredWeight(Tensor weight)
    {
        var count = Math.Min(OutFeatures, InFeatures);
        using var all = SingularFactors.Exact(weight, ColumnSelection.Top(count));
        var tuned = tensor(_columns.ToArray(), device: weight.device); // [r]
        var others = tensor(
            Enumerable.Range(0, (int)count).Select(column => (long)column).Except(_columns).ToArray(), device: weight.device); // [k - r]
        var (u, s, v) = (Half(all.U), Half(all.S), Half(all.V)); // [m, k], [k], [n, k]
        var signs = u.index_select(1, tuned).mul(_u).sum(0L).sign(); // [r]
        var up = Half(u.index_select(1, tuned).mul(signs).add(_a)); // [m, r]
        var down = Half(v.index_select(1, tuned).mul(signs).add(_b)); // [n, r]
        var values = s.index_select(0, tuned); // [r]
        return Half(
            Product(up, _c is null ? values : Half(values.add(_c)), down)
            .add(Product(u.index_select(1, others), s.index_select(0, others), v.index_select(1, others)))); // [m, n]

        static Tensor Product(Tensor left, Tensor middle, Tensor right) => Half(Half(left.mul(middle)).mm(right.t()));

        static Tensor Half(Tensor value) => value.to_type(ScalarType.Float16).to_type(value.dtype);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _residual.Dispose();
        }

        base.Dispose(disposing);
    }

    private Parameter[] Trained => _c is null ? [_a, _b] : [_a, _b, _c];

    // The products are rounded once, to what the base computes in, also where the parameters are narrower than the base.
    private ScalarType Wider(Tensor weight) =>
        _u.dtype == ScalarType.Float64 ? ScalarType.Float64 : ComputeType.For(weight.dtype);

    private Tensor Values(ScalarType wide) => _c is null ? _s.to_type(wide) : _s.to_type(wide).add(_c); // [r]

    // (U + A) (S + C), [m, r].
    private Tensor TunedUp(ScalarType wide) => _u.to_type(wide).add(_a).mul(Values(wide));

    // V + B, [n, r].
    private Tensor TunedDown(ScalarType wide) => _v.to_type(wide).add(_b);

    private Tensor DeltaUp(ScalarType wide)
    {
        var first = _a.to_type(wide).mul(Values(wide)); // [m, r]
        return cat([_c is null ? first : first.add(_u.to_type(wide).mul(_c)), TunedUp(wide)], 1); // [m, 2r]
    }

    private Tensor DeltaDown() => cat([_v, _b], 1); // [n, 2r]

    /// <summary>The weight without the tuned columns, [m, n].</summary>
    private Tensor Residual(Tensor weight)
    {
        var wide = ComputeType.For(weight.dtype);
        var rest = weight.to_type(wide).sub(_u.to_type(wide).mul(_s.to_type(wide)).mm(_v.to_type(wide).t())); // [m, n]
        return rest.to_type(_residualType ?? weight.dtype).to_type(weight.dtype);
    }
}
