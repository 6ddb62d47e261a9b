using SpectralAdapters.Functions;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>
/// A linear layer with one slot for an <see cref="Adapter"/>. Without one it is TorchSharp's Linear: same constructor, same
/// initial values, state-dict names <c>weight</c> and <c>bias</c>. The adapter's tensors are never part of the layer's state
/// dict or parameters; train, eval and to reach it.
/// </summary>
public sealed class AdaptableLinear : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private Parameter _weight;

    [ComponentName(Name = "bias")]
    private Parameter? _bias;

    private Adapter? _adapter;
    private WideningBuffer? _widening;
    private Tensor? _baseWeight;
    private Tensor? _baseBias;
    private bool _hasMergedBiasOnly;

    /// <summary>Creates a layer with the initial values of TorchSharp's Linear.</summary>
    /// <param name="inFeatures">n, the size of an input.</param>
    /// <param name="outFeatures">m, the size of an output.</param>
    /// <param name="hasBias">Whether a bias is added.</param>
    /// <param name="device">The device of weight and bias.</param>
    /// <param name="dtype">The element type of weight and bias.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below one.</exception>
    public AdaptableLinear(long inFeatures, long outFeatures, bool hasBias = true, Device? device = null, ScalarType? dtype = null)
        : base(nameof(AdaptableLinear))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inFeatures, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outFeatures, 1);
        var bound = 1 / Math.Sqrt(inFeatures); // Kaiming uniform with a = sqrt 5, and Linear's bound of the bias
        _weight = Uniform(bound, device, dtype, outFeatures, inFeatures); // [m, n]
        _bias = hasBias ? Uniform(bound, device, dtype, outFeatures) : null; // [m]
        RegisterComponents();
    }

    /// <summary>Takes over the weight and bias of an existing layer, without copying them.</summary>
    /// <param name="weight">[m, n].</param>
    /// <param name="bias">[m], or null.</param>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public AdaptableLinear(Parameter weight, Parameter? bias)
        : base(nameof(AdaptableLinear))
    {
        if (weight.dim() != 2 || (bias is not null && !bias.shape.SequenceEqual([weight.shape[0]])))
        {
            throw new ArgumentException(
                $"A linear layer needs a weight [out, in] and a bias [out]; found {Shape(weight)} and "
                    + $"{(bias is null ? "no bias" : Shape(bias))}.");
        }

        _weight = weight;
        _bias = bias;
        RegisterComponents();
    }

    /// <summary>m, the size of an output.</summary>
    public long OutFeatures => _weight.shape[0];

    /// <summary>n, the size of an input.</summary>
    public long InFeatures => _weight.shape[1];

    /// <summary>The weight, [m, n]: the base weight, or the merged one while <see cref="IsMerged"/>.</summary>
    public Parameter Weight => _weight;

    /// <summary>The weight as it is without an adapter, [m, n].</summary>
    public Tensor BaseWeight => _baseWeight ?? _weight;

    /// <summary>The bias, [m], or null: the base's, or the merged one while <see cref="IsMerged"/>.</summary>
    public Parameter? Bias => _bias;

    /// <summary>The bias as it is without an adapter, [m], or null.</summary>
    internal Tensor? BaseBias => _baseBias ?? (_hasMergedBiasOnly ? null : _bias);

    /// <summary>The adapter in the slot, or null.</summary>
    public Adapter? Adapter => _adapter;

    /// <summary>
    /// Where the weight is widened where the inputs are of a wider element type; shared with the model's other layers, which own it. Null
    /// for a buffer of each product's own.
    /// </summary>
    internal WideningBuffer? Widening
    {
        get => _widening;
        set
        {
            _widening = value;
            _adapter?.Widening = value;
        }
    }

    /// <summary>Whether the weight at present is the adapter's merged weight.</summary>
    public bool IsMerged => _baseWeight is not null;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        if (_adapter is not null && !IsMerged)
        {
            return _adapter.forward(input, _weight, _bias); // [.., m]
        }

        return IsMerged && is_grad_enabled() && _adapter!.parameters().FirstOrDefault(own => own.requires_grad) is { } trained
            ? LowRankLinear.MergedForward(input, _weight, _bias, _widening, trained) // [.., m]
            : LowRankLinear.BaseForward(input, _weight, _bias, _widening); // [.., m]
    }

    /// <summary>Puts an adapter into the slot and freezes weight and bias. The layer owns it until <see cref="Detach"/>.</summary>
    /// <param name="adapter">An adapter made for a layer of this shape.</param>
    /// <exception cref="InvalidOperationException">The slot is taken.</exception>
    /// <exception cref="ArgumentException">The adapter belongs to a layer of another shape.</exception>
    public void Attach(Adapter adapter)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        if (_adapter is not null)
        {
            throw new InvalidOperationException(
                $"The layer already carries an adapter ({_adapter.GetName()}); detach it before attaching {adapter.GetName()}.");
        }

        if (adapter.OutFeatures != OutFeatures || adapter.InFeatures != InFeatures)
        {
            throw new ArgumentException(
                $"{adapter.GetName()} was made for a weight [{adapter.OutFeatures}, {adapter.InFeatures}], "
                + $"the layer has {Shape(_weight)}.");
        }

        _weight.requires_grad = false;
        if (_bias is not null)
        {
            _bias.requires_grad = false;
        }

        adapter.train(training);
        _adapter = adapter.to(_weight.device);
        _adapter.Widening = _widening;
    }

    /// <summary>Removes the adapter from the slot, unmerging first, and returns it. Weight and bias stay frozen.</summary>
    /// <returns>The adapter, or null if the slot was empty.</returns>
    public Adapter? Detach()
    {
        Unmerge();
        var detached = _adapter;
        _adapter = null;
        return detached;
    }

    /// <summary>Writes the adapter's merged weight into the layer and keeps the base weight. A merged layer is unmerged first.</summary>
    /// <param name="strength">a; see <see cref="Adapter.MergedWeight"/>.</param>
    /// <param name="rule">How the weight is merged.</param>
    /// <exception cref="InvalidOperationException">The slot is empty.</exception>
    /// <exception cref="ArgumentException">The strength is not finite.</exception>
    public void Merge(double strength = 1, MergeRule rule = MergeRule.Linear)
    {
        if (_adapter is null)
        {
            throw new InvalidOperationException("There is no adapter to merge: the slot is empty.");
        }

        Unmerge();
        using var noGrad = no_grad();
        using var merged = _adapter.MergedWeight(_weight, strength, rule); // [m, n]
        using var mergedBias = _adapter.MergedBias(_bias, strength, rule); // [m]
        _baseWeight = _weight.detach().clone().DetachFromDisposeScope(); // [m, n]
        _weight.copy_(merged);
        if (mergedBias is not null)
        {
            MergeBias(mergedBias);
        }
    }

    /// <summary>Restores the base weight, bit for bit. Does nothing while not merged.</summary>
    public void Unmerge()
    {
        if (_baseWeight is null)
        {
            return;
        }

        using var noGrad = no_grad();
        _weight.copy_(_baseWeight);
        _baseWeight.Dispose();
        _baseWeight = null;
        UnmergeBias();
    }

    /// <summary>
    /// The adapter, so that train, eval and to (which go through the children) reach it. It is not registered as a sub-module:
    /// parameters and state dict, which go through the registered ones, stay those of a plain layer.
    /// </summary>
    public override IEnumerable<(string name, nn.Module module)> named_children() =>
        _adapter is null ? [] : [("adapter", _adapter)];

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _baseWeight?.Dispose();
            _baseWeight = null;
            _baseBias?.Dispose();
            _baseBias = null;
            _adapter?.Dispose();
            _adapter = null;
        }

        base.Dispose(disposing);
    }

    // A layer without a bias has one while it is merged, in its parameters and state dict too: a merged model that is saved keeps it.
    private void MergeBias(Tensor merged)
    {
        if (_bias is not null)
        {
            _baseBias = _bias.detach().clone().DetachFromDisposeScope(); // [m]
            _bias.copy_(merged);
            return;
        }

        _bias = new Parameter(merged.to(_weight.dtype, _weight.device, copy: true), requires_grad: false); // [m]
        _bias.DetachFromDisposeScope();
        ConditionallyRegisterParameter("bias", _bias);
        _hasMergedBiasOnly = true;
    }

    private void UnmergeBias()
    {
        if (_baseBias is not null)
        {
            _bias!.copy_(_baseBias);
            _baseBias.Dispose();
            _baseBias = null;
        }
        else if (_hasMergedBiasOnly)
        {
            ConditionallyRegisterParameter("bias", null!);
            _bias!.Dispose();
            _bias = null;
            _hasMergedBiasOnly = false;
        }
    }

    private static Parameter Uniform(double bound, Device? device, ScalarType? dtype, params long[] shape)
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(empty(shape, dtype: dtype, device: device).uniform_(-bound, bound), requires_grad: true);
        parameter.DetachFromDisposeScope();
        return parameter;
    }

    private static string Shape(Tensor tensor) => $"[{string.Join(", ", tensor.shape)}]";
}
