using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests;

/// <summary>Which results share memory, and which are the tensor itself.</summary>
public sealed class TorchSharpMemoryTests
{
    [Fact]
    public void InPlaceOperationsReturnTheTensorItselfAndZeroAnotherHandle()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, 2);
        Tensor[] results =
        [
            x.add_(1), x.add_(x), x.sub_(1), x.mul_(2), x.div_(2), x.addmm_(x.clone(), x.clone()), x.lerp_(ones(2, 2), ones(2, 2)),
            x.addcmul_(x.clone(), x.clone(), 1), x.addcdiv_(x.clone(), x.clone(), 1), x.sqrt_(), x.copy_(ones(2, 2)), x.fill_(3),
            x.normal_(), x.uniform_(0, 1), x.masked_fill_(x.gt(5), 0),
        ];
        Assert.All(results, result => Assert.Same(x, result));
        Assert.NotSame(x, x.zero_());
        Assert.Equal(0f, x.sum().item<float>());
    }

    [Fact]
    public void ViewsShareMemoryAndCopiesDoNot()
    {
        using var scope = NewDisposeScope();
        var x = zeros(2, 3);
        Tensor[] views =
        [
            x.view(6), x.t(), x.narrow(1, 0, 2), x.select(0, 1), x[0], x.unsqueeze(0), x.expand(4, 2, 3), x.permute(1, 0),
            x.detach(), x.alias(), x.contiguous(), x.reshape(3, 2), x.as_strided([2], [1]), cat([x]),
        ];
        Tensor[] copies = [x.clone(), x.t().contiguous(), x.index_select(0, tensor(new long[] { 0, 1 })), x.repeat(1, 1), cat([x, x])];
        x.fill_(7);
        Assert.All(views, view => Assert.Equal(7f, view.max().item<float>()));
        Assert.All(copies, copy => Assert.Equal(0f, copy.max().item<float>()));
    }

    [Fact]
    public void SetSharesTheMemoryOfItsSource()
    {
        using var scope = NewDisposeScope();
        var flat = zeros(6);
        var parameter = new Parameter(ones(2, 3));
        using (no_grad())
        {
            Assert.Same(parameter, parameter.set_(flat.view(2, 3)));
        }

        flat.fill_(5);
        Assert.Equal(5f, parameter[1, 2].item<float>());
        Assert.True(parameter.requires_grad);
    }

    [Fact]
    public void AGradientThatIsSetIsTheTensorItself()
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(ones(2));
        var gradient = zeros(2);
        parameter.grad = gradient;
        (parameter * 3).sum().backward();
        Assert.Equal([3f, 3f], gradient.data<float>().ToArray());
        parameter.grad = null;
        Assert.Null(parameter.grad);
        Assert.False(TensorHandles.IsDisposed(gradient));
    }

    [Fact]
    public void DataIsReadInRowMajorOrderAndTheRestOfALongArrayIsIgnored()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 1, 2, 3, 4, 5 }, [2, 2]);
        Assert.Equal([1f, 3, 2, 4], x.t().data<float>().ToArray());
        Assert.Equal([1f, 3, 2, 4], x.t().data<float>().Select(element => element));
        Assert.Throws<ArgumentException>(() => tensor(new float[] { 1 }, [2, 2]));
        Assert.Throws<InvalidOperationException>(() => x.t().bytes.Length);
        Assert.Throws<ArgumentException>(() => x.item<float>());
        Assert.Equal(16, x.bytes.Length);
    }

    [Fact]
    public void EqualIsElementwiseAndEqualsIsOfTheWhole()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (tensor(new long[] { 1, 2 }), tensor(new long[] { 1, 3 }));
        Assert.Equal([true, false], x.equal(y).data<bool>().ToArray());
        Assert.Equal([true, false], (x == y).data<bool>().ToArray());
        Assert.Equal([false, true], (x != 1).data<bool>().ToArray());
        Assert.False(x.Equals(y));
        Assert.True(x.Equals((object)x.clone()));
        Assert.Contains(x.clone(), new List<Tensor> { x });
    }

    [Fact]
    public void ReductionsFollowTheirArguments()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 3, 1, 2, 1 }, [2, 2]);
        Assert.Equal([5f, 2f], x.sum([0]).data<float>().ToArray());
        Assert.Equal([4f, 3f], x.sum(1).data<float>().ToArray());

        // The literal 0 is also a ScalarType, and that overload wins: this is the sum of all elements as bytes.
        Assert.Equal(7, x.sum(0).item<byte>());
        Assert.Equal([1L, 1], x.sum([0, 1], keepdim: true).shape);
        Assert.Equal([3f, 5], x.sum([0], type: ScalarType.Float64).sub(tensor(new double[] { 2, -3 })).to_type(ScalarType.Float32).data<float>().ToArray());
    }
}
