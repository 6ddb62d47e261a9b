using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>A frozen tensor computed from a layer's weight: on first use, and again after the weight was moved or converted.</summary>
/// <param name="compute">Computes the tensor from a weight.</param>
internal sealed class CachedWeightFunction(Func<Tensor, Tensor> compute) : IDisposable
{
    private Tensor? _value;

    /// <summary>The tensor for this weight.</summary>
    public Tensor Get(Tensor weight)
    {
        if (_value is not null && _value.dtype == weight.dtype
            && _value.device_type == weight.device_type && _value.device_index == weight.device_index)
        {
            return _value;
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Set(compute(weight).to_type(weight.dtype));
        return _value!;
    }

    /// <summary>Replaces the computed tensor by a given one, which this object then owns.</summary>
    public void Set(Tensor value)
    {
        _value?.Dispose();
        _value = value.DetachFromDisposeScope();
    }

    public void Dispose()
    {
        _value?.Dispose();
        _value = null;
    }
}
