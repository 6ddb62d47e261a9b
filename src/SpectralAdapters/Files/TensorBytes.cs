using static TorchSharp.torch;

namespace SpectralAdapters.Files;

/// <summary>Access to the bytes of tensors of any size: a span ends at 2 GiB, a tensor does not.</summary>
public static class TensorBytes
{
    private const long BlockLength = 1L << 30;

    /// <summary>Gets a block of a tensor's own memory, and where it starts, in bytes from the tensor's first element.</summary>
    /// <param name="block">Part of the tensor's memory.</param>
    /// <param name="offset">Where it starts.</param>
    public delegate void BlockAction(Span<byte> block, long offset);

    /// <summary>Hands over the memory of a contiguous CPU tensor, block by block, to be read or filled.</summary>
    /// <param name="tensor">A contiguous tensor on the CPU.</param>
    /// <param name="action">Called with each block in turn, none for an empty tensor.</param>
    public static void ForEachBlock(Tensor tensor, BlockAction action)
    {
        var count = tensor.numel();
        if (count * tensor.ElementSize <= BlockLength)
        {
            if (count > 0)
            {
                action(tensor.bytes, 0);
            }

            return;
        }

        using var flat = tensor.view(-1); // [count]
        var step = BlockLength / tensor.ElementSize;
        for (long start = 0; start < count; start += step)
        {
            using var block = flat.narrow(0, start, Math.Min(step, count - start));
            action(block.bytes, start * tensor.ElementSize);
        }
    }
}
