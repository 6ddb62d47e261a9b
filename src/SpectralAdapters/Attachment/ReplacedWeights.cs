using static TorchSharp.torch;

namespace SpectralAdapters.Attachment;

/// <summary>
/// Base weights that come with an adapter and take the place of the model's own while it is active. PEFT stores those of an adapted
/// output head (base_layer.weight), which may have been changed or resized before the adapter was trained.
/// </summary>
internal sealed class ReplacedWeights : IDisposable
{
    private readonly Dictionary<string, Tensor> _values = [];
    private readonly Dictionary<string, Tensor> _originals = [];

    /// <summary>The adapter's base weights by the layers' full names, [m, n] each.</summary>
    public IReadOnlyDictionary<string, Tensor> Values => _values;

    /// <summary>Adds a layer's weight, which is then owned by this object.</summary>
    public void Add(string layer, Tensor weight) => _values.Add(layer, weight.DetachFromDisposeScope());

    /// <summary>Puts the adapter's base weight into a layer without an adapter, where there is one.</summary>
    public void Activate(string name, AdaptableLinear layer)
    {
        if (_values.TryGetValue(name, out var value))
        {
            using var noGrad = no_grad();
            _originals.Add(name, layer.Weight.detach().clone().DetachFromDisposeScope()); // [m, n]
            layer.Weight.copy_(value);
        }
    }

    /// <summary>Puts the model's own weight back into a layer without an adapter.</summary>
    public void Deactivate(string name, AdaptableLinear layer)
    {
        if (_originals.Remove(name, out var original))
        {
            using var noGrad = no_grad();
            layer.Weight.copy_(original);
            original.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var tensor in _values.Values.Concat(_originals.Values))
        {
            tensor.Dispose();
        }
    }
}
