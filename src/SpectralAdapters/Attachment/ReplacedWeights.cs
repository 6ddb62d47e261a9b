using static TorchSharp.torch;

namespace SpectralAdapters.Attachment;

/// <summary>
/// Base weights and biases that come with an adapter and take the place of the model's own while it is active. PEFT stores those of an
/// adapted output head (base_layer), which may have been changed before the adapter was trained.
/// </summary>
internal sealed class ReplacedWeights : IDisposable
{
    private readonly Dictionary<(string Layer, string Parameter), Tensor> _values = [];
    private readonly Dictionary<(string Layer, string Parameter), Tensor> _originals = [];

    /// <summary>The adapter's values by the layers' full names and the parameters' own.</summary>
    public IReadOnlyDictionary<(string Layer, string Parameter), Tensor> Values => _values;

    /// <summary>Adds a value, which is then owned by this object.</summary>
    public void Add(string layer, string parameter, Tensor value) => _values.Add((layer, parameter), value.DetachFromDisposeScope());

    /// <summary>Puts the adapter's values into a layer without an adapter, where there are any.</summary>
    public void Activate(TargetLayer target)
    {
        foreach (var (parameter, live) in target.BaseParameters())
        {
            if (_values.TryGetValue((target.Name, parameter), out var value))
            {
                using var noGrad = no_grad();
                _originals.Add((target.Name, parameter), live.detach().clone().DetachFromDisposeScope());
                live.copy_(value);
            }
        }
    }

    /// <summary>Puts the model's own values back into a layer without an adapter.</summary>
    public void Deactivate(TargetLayer target)
    {
        Show(target, _originals);
        foreach (var key in _originals.Keys.Where(key => key.Layer == target.Name).ToList())
        {
            _originals.Remove(key, out var original);
            original!.Dispose();
        }
    }

    /// <summary>Calls a function while the layers of the active adapter hold the model's own values, merged or not.</summary>
    public T WithOriginals<T>(IReadOnlyList<TargetLayer> targets, Func<T> call)
    {
        foreach (var target in targets)
        {
            Show(target, _originals);
        }

        try
        {
            return call();
        }
        finally
        {
            foreach (var target in targets)
            {
                Show(target, _values);
            }
        }
    }

    public void Dispose()
    {
        foreach (var tensor in _values.Values.Concat(_originals.Values))
        {
            tensor.Dispose();
        }
    }

    private static void Show(TargetLayer target, Dictionary<(string Layer, string Parameter), Tensor> values)
    {
        using var noGrad = no_grad();
        foreach (var (parameter, live) in target.BaseParameters())
        {
            if (values.TryGetValue((target.Name, parameter), out var value))
            {
                live.copy_(value);
            }
        }
    }
}
