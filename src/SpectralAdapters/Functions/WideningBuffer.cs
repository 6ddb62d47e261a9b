using static TorchSharp.torch;

namespace SpectralAdapters.Functions;

/// <summary>
/// A buffer that the layers of a model share: weights of a narrower element type than the hidden states are widened into it, one at a time,
/// in the forward and again in the backward, so that no second copy of the model is kept. One thread at a time may use it.
/// </summary>
internal sealed class WideningBuffer : IDisposable
{
    private Tensor? _buffer;

    /// <summary>A weight in another element type.</summary>
    /// <param name="weight">[m, n].</param>
    /// <param name="type">The element type.</param>
    /// <returns>[m, n], a view of the buffer: valid until the next call.</returns>
    public Tensor Widen(Tensor weight, ScalarType type)
    {
        using var noGrad = no_grad();
        var count = weight.numel();
        if (_buffer is null || _buffer.numel() < count || _buffer.dtype != type || _buffer.device_type != weight.device_type
            || _buffer.device_index != weight.device_index)
        {
            _buffer?.Dispose();
            _buffer = null;
            _buffer = empty(count, dtype: type, device: weight.device).DetachFromDisposeScope(); // [m n]
        }

        var view = _buffer.narrow(0, 0, count).view(weight.shape); // [m, n]
        view.copy_(weight);
        return view;
    }

    /// <summary>Frees the buffer.</summary>
    public void Dispose()
    {
        _buffer?.Dispose();
        _buffer = null;
    }
}
