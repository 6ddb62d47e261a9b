using SpectralAdapters.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files;

public sealed class TensorBytesTests
{
    [Fact]
    public void A_tensor_larger_than_a_span_is_handed_over_in_blocks_without_gaps()
    {
        // The memory is never touched, so the system never has to provide it.
        const long count = (3L << 29) + 5;
        using var tensor = torch.empty(new[] { count }, ScalarType.BFloat16);
        long covered = 0;
        var blocks = 0;

        TensorBytes.ForEachBlock(tensor, (block, offset) =>
        {
            Assert.Equal(covered, offset);
            covered += block.Length;
            blocks++;
        });

        Assert.Equal(2 * count, covered);
        Assert.Equal(4, blocks);
    }

    [Fact]
    public void An_empty_tensor_has_no_block()
    {
        using var tensor = torch.empty(new[] { 3L, 0L }, ScalarType.Float32);

        TensorBytes.ForEachBlock(tensor, (_, _) => Assert.Fail("no block was expected"));
    }

    [Fact]
    public void A_block_is_the_tensors_own_memory()
    {
        using var tensor = torch.zeros(new[] { 2L, 2L }, ScalarType.Byte);

        TensorBytes.ForEachBlock(tensor, (block, _) => block[3] = 7);

        Assert.Equal([0, 0, 0, 7], tensor.data<byte>().ToArray());
    }
}
