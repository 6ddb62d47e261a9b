using SpectralAdapters.Attachment;
using SpectralAdapters.Functions;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>
/// DoRA over one layer (PEFT 0.9 and 0.13, tuners/lora): y = b + x W^T + (g/N - 1) x_d W^T + (g/N) s (x_d A^T) B^T, with g the
/// trained magnitudes and N the row norms of W + s B A, which carry no gradient.
/// </summary>
/// <remarks>
/// N follows in closed form from the row norms of W and one skinny product, so that no dense matrix is built; see
/// <see cref="RowNorms.OfSum"/>. Where a row of W + s B A is zero, the row of W' is zero, whatever its magnitude.
/// </remarks>
public sealed class DoraAdapter : Adapter
{
    private readonly double _scale;
    private readonly CachedWeightFunction _squaredNorms;

    [ComponentName(Name = "dropout")]
    private readonly nn.Module<Tensor, Tensor>? _dropout;

    [ComponentName(Name = "lora_A")]
    private Parameter _loraA;

    [ComponentName(Name = "lora_B")]
    private Parameter _loraB;

    [ComponentName(Name = "magnitude")]
    private Parameter _magnitude;

    /// <summary>Creates the adapter with A uniform in +-1/sqrt n, B zero and the magnitudes those of W.</summary>
    /// <param name="config">The settings of this layer.</param>
    /// <param name="site">The layer.</param>
    public DoraAdapter(DoraConfig config, AdapterSite site)
        : this(config, site, config.Dropout > 0 ? nn.Dropout(config.Dropout) : null)
    {
    }

    internal DoraAdapter(DoraConfig config, AdapterSite site, nn.Module<Tensor, Tensor>? dropout)
        : base(config.Method, site.OutFeatures, site.InFeatures)
    {
        _scale = config.Scale;
        _squaredNorms = new CachedWeightFunction(weight => Wide(weight).square().sum(1));
        _dropout = dropout;
        var type = config.ParameterTypeOver(site.Weight);
        _loraA = Trainable(ParameterInit.Uniform(1 / Math.Sqrt(InFeatures), site, type, config.Rank, InFeatures)); // [r, n]
        _loraB = Trainable(zeros(OutFeatures, config.Rank, dtype: type, device: site.Weight.device)); // [m, r]
        _magnitude = Trainable(InitialMagnitude(site.Weight, type)); // [m]
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor weight, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var type = input.dtype;
        var rows = LowRankLinear.Flatten(input); // [T, n]
        var norms = Norms(weight); // [m]
        var output = _dropout is not null && training
            ? Dropped(rows, weight, bias, _magnitude.to_type(norms.dtype).div(norms).to_type(type))
            : DoraFunction.Apply(
                rows, weight, bias, Widening, norms, _magnitude, trained => new LoraFactors(Up(), trained[0]), [_loraA, _loraB]); // [T, m]
        return LowRankLinear.Unflatten(input, output).MoveToOuterDisposeScope();
    }

    /// <summary>Null: rescaling every row changes the weight in full rank.</summary>
    public override LoraFactors? ToLora() => null;

    /// <inheritdoc/>
    protected override Tensor DenseWeight(Tensor weight)
    {
        var type = weight.dtype;
        var sum = weight.addmm(Up().to_type(type), _loraA.to_type(type)); // [m, n]
        return sum.mul(_magnitude.to_type(type).div(RowNorms.Of(sum.detach())).unsqueeze(1));
    }

    /// <summary>PEFT multiplies by the scale after the product, and takes the norms of what is merged.</summary>
    protected override Tensor ScoredWeight(Tensor weight)
    {
        var sum = weight.add(_loraB.mm(_loraA).mul(_scale).to_type(weight.dtype)); // [m, n]
        var norms = RowNorms.Of(Wide(sum)).to_type(weight.dtype); // [m]
        return sum.mul(_magnitude.div(norms).to_type(weight.dtype).unsqueeze(1)); // [m, n]
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _squaredNorms.Dispose();
        }

        base.Dispose(disposing);
    }

    private static Tensor Wide(Tensor value) => value.to_type(ComputeType.For(value.dtype));

    private static Tensor InitialMagnitude(Tensor weight, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var norms = RowNorms.Of(Wide(weight)); // [m]
        return norms.masked_fill(norms.isinf(), 0).to(type, weight.device, copy: true).MoveToOuterDisposeScope();
    }

    // Dropout also hits the frozen product, as in the reference, so that the weight is applied to both inputs.
    private Tensor Dropped(Tensor rows, Tensor weight, Tensor? bias, Tensor ratio)
    {
        var dropped = _dropout!.call(rows); // [T, n]
        var hidden = dropped.mm(_loraA.to_type(rows.dtype).t()); // [T, r]
        var frozen = LowRankLinear.Base(dropped, weight, null, Widening); // [T, m]
        var change = frozen.addmm(hidden, Up().to_type(rows.dtype).t()).mul(ratio).sub_(frozen); // [T, m]
        return LowRankLinear.Base(rows, weight, bias, Widening).add_(change);
    }

    private Tensor Up() => _scale == 1 ? _loraB : _loraB.mul(_scale); // [m, r]

    private Tensor Norms(Tensor weight)
    {
        using var noGrad = no_grad();
        var wide = Wide(weight); // [m, n]
        return RowNorms.OfSum(wide, _squaredNorms.Get(weight), Up().to_type(wide.dtype), _loraA.to_type(wide.dtype)); // [m]
    }
}
