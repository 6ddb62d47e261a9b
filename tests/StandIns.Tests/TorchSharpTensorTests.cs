using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests;

public sealed class TorchSharpTensorTests
{
    [Fact]
    public void ArithmeticAndDataAccessFollowShapesAndTypes()
    {
        using var scope = NewDisposeScope();
        var a = tensor(new float[] { 1, 2, 3, 4, 5, 6 }, [2, 3]);
        var b = arange(3, dtype: ScalarType.Float32);

        Assert.Equal([2L, 3L], a.shape);
        Assert.Equal([1f, 3, 5, 4, 6, 8], (a + b).data<float>().ToArray());
        Assert.Equal([1f, 4, 2, 5, 3, 6], a.t().data<float>().ToArray());
        Assert.Equal(6f, a[1, 2].item<float>());
        Assert.Equal([4f, 5f, 6f], a[-1].data<float>().ToArray());
        Assert.Equal(ScalarType.Int64, arange(3).dtype);
        Assert.Equal(21f, a.sum().item<float>());
        Assert.Equal([6f, 15f], a.sum(1).data<float>().ToArray());
        Assert.Throws<ArgumentException>(() => a.data<double>());
    }

    [Fact]
    public void NativeErrorsArriveAsExceptionsWithTheirText()
    {
        using var scope = NewDisposeScope();
        var thrown = Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => ones(2, 3).mm(ones(2, 3)));
        Assert.Contains("mat1 and mat2 shapes cannot be multiplied", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BackwardFillsGradientsOfLeaves()
    {
        using var scope = NewDisposeScope();
        var w = tensor(new float[] { 2, -1 }).requires_grad_();
        w.mul(w).sum().backward();
        Assert.Equal([4f, -2f], w.grad!.data<float>().ToArray());
        var again = autograd.grad([w.mul(w).mul(w).sum()], [w])[0];
        Assert.Equal([12f, 3f], again.data<float>().ToArray());
        using (no_grad())
        {
            Assert.False(w.mul(w).requires_grad);
        }
    }

    [Fact]
    public void ScopesDisposeWhatIsNotMovedOut()
    {
        var before = TensorHandles.Settled();
        Tensor kept;
        using (NewDisposeScope())
        {
            var x = ones(10);
            kept = (x + x).MoveToOuterDisposeScope();
            Assert.Equal(before + 2, Tensor.TotalCount);
        }

        Assert.Equal(before + 1, Tensor.TotalCount);
        kept.Dispose();
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void GeneratorsOfOneSeedGiveTheSameNumbers()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        using var again = new Generator(7);
        var first = randn(5, generator: generator);
        Assert.True(first.Equals(randn(5, generator: again)));
        Assert.False(first.Equals(randn(5, generator: generator)));
        // torch.randperm(10, generator=torch.Generator().manual_seed(0)) in PyTorch.
        using var zero = new Generator(0);
        Assert.Equal([4L, 1, 7, 5, 3, 9, 0, 8, 6, 2], randperm(10, generator: zero).data<long>().ToArray());
    }

    [Fact]
    public void IndexingGivesViewsThatCanBeWritten()
    {
        using var scope = NewDisposeScope();
        var a = arange(12, dtype: ScalarType.Float32).view(3, 4);
        var rows = tensor(new long[] { 2, 0 });
        Assert.Equal([8f, 9, 10, 11, 0, 1, 2, 3], a.index_select(0, rows).data<float>().ToArray());
        Assert.Equal([9f, 1f], a.index_select(0, rows).select(1, 1).data<float>().ToArray());
        a[2].copy_(zeros(4));
        a[0, 1].fill_(100);
        Assert.Equal([0f, 100, 2, 3, 4, 5, 6, 7, 0, 0, 0, 0], a.data<float>().ToArray());
    }
}
