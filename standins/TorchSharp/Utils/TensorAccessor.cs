using System.Collections;

namespace TorchSharp.Utils;

/// <summary>Reads a CPU tensor's elements in row-major order, whatever its strides are.</summary>
/// <typeparam name="T">The element type; the tensor's own.</typeparam>
public sealed class TensorAccessor<T> : IEnumerable<T>
    where T : unmanaged
{
    private readonly torch.Tensor tensor;

    internal TensorAccessor(torch.Tensor tensor) => this.tensor = tensor;

    public T[] ToArray()
    {
        using var contiguous = tensor.contiguous();
        unsafe
        {
            return new Span<T>(contiguous.DataPointer(), checked((int)contiguous.numel())).ToArray();
        }
    }

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)ToArray()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
