using System.Collections;
using System.Runtime.CompilerServices;

namespace TorchSharp.Utils;

/// <summary>Reads and writes a CPU tensor's elements in row-major order, whatever its strides are.</summary>
/// <typeparam name="T">The element type; the tensor's own.</typeparam>
public sealed class TensorAccessor<T> : IEnumerable<T>
    where T : unmanaged
{
    private readonly torch.Tensor tensor;

    internal TensorAccessor(torch.Tensor tensor) => this.tensor = tensor;

    public long Count => tensor.NumberOfElements;

    public T this[params long[] indices]
    {
        get
        {
            unsafe
            {
                var value = *Address(indices.Length == 1 ? Unravel(indices[0], tensor.shape) : indices);
                GC.KeepAlive(tensor);
                return value;
            }
        }
        set
        {
            unsafe
            {
                *Address(indices) = value;
                GC.KeepAlive(tensor);
            }
        }
    }

    public T[] ToArray()
    {
        using var contiguous = tensor.contiguous();
        unsafe
        {
            return new Span<T>(contiguous.DataPointer(), checked((int)Count)).ToArray();
        }
    }

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)ToArray()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private unsafe T* Address(long[] indices)
    {
        var strides = tensor.stride();
        var sizes = tensor.shape;
        long offset = 0;
        for (var i = 0; i < sizes.Length; i++)
        {
            if ((ulong)indices[i] >= (ulong)sizes[i])
            {
                throw new IndexOutOfRangeException("The index is greater than the number of elements in the tensor");
            }

            offset += indices[i] * strides[i];
        }

        return (T*)Interop.NativeMethods.tb_data(tensor.Handle) + offset;
    }

    // One index counts the elements in row-major order, whatever the shape is; only reading knows it, as in TorchSharp.
    private static long[] Unravel(long index, long[] sizes)
    {
        var indices = new long[sizes.Length];
        for (var i = sizes.Length - 1; i >= 0; i--)
        {
            (index, indices[i]) = Math.DivRem(index, sizes[i]);
        }

        if (index != 0)
        {
            throw new IndexOutOfRangeException("The index is greater than the number of elements in the tensor");
        }

        return indices;
    }
}
