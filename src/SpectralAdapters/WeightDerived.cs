using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>A frozen tensor that follows from a layer's weight, computed when first needed and again after a move or conversion.</summary>
/// <param name="compute">The tensor of a weight.</param>
internal sealed class WeightDerived(Func<Tensor, Tensor> compute) : IDisposable
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

    /// <summary>Takes a value from elsewhere.</summary>
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
