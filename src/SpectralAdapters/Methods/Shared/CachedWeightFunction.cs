using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>A frozen tensor computed from a layer's weight: on first use, and again after the weight was moved or converted.</summary>
/// <param name="compute">Computes the tensor from a weight, on its device.</param>
internal sealed class CachedWeightFunction(Func<Tensor, Tensor> compute) : IDisposable
{
    private Tensor? _value;
    private ScalarType? _weightType; // null for a given value, which is that of a weight of its own element type

    /// <summary>The tensor for this weight.</summary>
    public Tensor Get(Tensor weight)
    {
        if (_value is not null && (_weightType ?? _value.dtype) == weight.dtype
            && _value.device_type == weight.device_type && _value.device_index == weight.device_index)
        {
            return _value;
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Set(compute(weight));
        _weightType = weight.dtype;
        return _value!;
    }

    /// <summary>Replaces the computed tensor by a given one, which this object then owns.</summary>
    public void Set(Tensor value)
    {
        _value?.Dispose();
        _value = value.DetachFromDisposeScope();
        _weightType = null;
    }

    public void Dispose()
    {
        _value?.Dispose();
        _value = null;
    }
}
