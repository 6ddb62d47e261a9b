using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests;

/// <summary>Custom functions: what they keep, when they let it go, and how they fail.</summary>
public sealed class TorchSharpAutogradTests
{
    [Fact]
    public void BackwardFreesWhatWasSavedUnlessTheGraphIsRetained()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 2 }).requires_grad_();
        var y = Square.apply(x);
        y.backward(retain_graph: true);
        y.backward();
        Assert.Equal(8f, x.grad!.item<float>());
        var thrown = Assert.Throws<ExternalException>(() => y.backward());
        Assert.Contains("second time", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AGraphThatIsDroppedReleasesItsFunction()
    {
        var context = Build();
        for (var i = 0; i < 10 && context.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(context.IsAlive);

        // In a method of its own, so that no local keeps anything alive.
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static WeakReference Build()
        {
            using var scope = NewDisposeScope();
            var kept = new object();
            Holding.apply(ones(1).requires_grad_(), kept);
            return new WeakReference(kept);
        }
    }

    [Fact]
    public void ASavedTensorThatWasChangedInPlaceIsRefused()
    {
        using var scope = NewDisposeScope();
        var x = ones(1).requires_grad_();
        var middle = x * 2;
        var y = Square.apply(middle);
        middle.add_(1);
        var thrown = Assert.Throws<ExternalException>(() => y.backward());
        Assert.Contains("modified by an inplace operation", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NoHandleIsLeftAfterFailures()
    {
        Fail();
        var before = TensorHandles.Settled();
        for (var i = 0; i < 10; i++)
        {
            Fail();
        }

        Assert.Equal(before, Tensor.TotalCount);

        static void Fail()
        {
            using var scope = NewDisposeScope();
            var x = ones(2, 2).requires_grad_();
            var middle = x * 2;
            var y = Square.apply(middle);
            middle.add_(1);
            Assert.Throws<ExternalException>(() => y.sum().backward());
            Assert.Throws<ExternalException>(() => ones(2, 3).mm(ones(2, 3)));
            Assert.Throws<ExternalException>(() => ones(2, 3).view(4));
        }
    }

    [Fact]
    public void AFunctionOfFrozenTensorsBuildsNoGraph()
    {
        using var scope = NewDisposeScope();
        Assert.False(Square.apply(ones(1)).requires_grad);
        using (no_grad())
        {
            Assert.False(Square.apply(ones(1).requires_grad_()).requires_grad);
        }
    }

    [Fact]
    public void GradientsAccumulateOnlyIntoLeaves()
    {
        using var scope = NewDisposeScope();
        var x = ones(2).requires_grad_();
        var middle = x * 2;
        middle.backward([tensor(new float[] { 1, 2 })]);
        Assert.Equal([2f, 4f], x.grad!.data<float>().ToArray());
        Assert.Null(middle.grad);
        Assert.False(middle.is_leaf);
        var gradients = autograd.grad([x.mul(x).sum()], [x]);
        Assert.Equal([2f, 2f], gradients[0].data<float>().ToArray());
        Assert.Equal([2f, 4f], x.grad!.data<float>().ToArray());
        Assert.Throws<ExternalException>(() => x.add_(1));
    }

    [Fact]
    public void GradModeBelongsToItsThread()
    {
        using var mode = no_grad();
        var elsewhere = false;
        var thread = new Thread(() => elsewhere = IsEnabled());
        thread.Start();
        thread.Join();
        Assert.True(elsewhere);
        Assert.False(IsEnabled());
        using (enable_grad())
        {
            Assert.True(IsEnabled());
        }

        Assert.False(IsEnabled());

        static bool IsEnabled()
        {
            using var scope = NewDisposeScope();
            return ones(1).requires_grad_().mul(2).requires_grad;
        }
    }

    [Fact]
    public void SeveralThreadsTrainAtOnce()
    {
        var results = new float[4];
        var threads = Enumerable.Range(0, results.Length).Select(i => new Thread(() => results[i] = Train(i))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Equal(results.Select((_, i) => 2f * i * 50), results);

        static float Train(int slope)
        {
            using var scope = NewDisposeScope();
            var x = ones(1).requires_grad_();
            for (var step = 0; step < 50; step++)
            {
                using var inner = NewDisposeScope();
                (Square.apply(x) * slope).sum().backward();
            }

            return x.grad!.item<float>();
        }
    }

    private sealed class Square : autograd.SingleTensorFunction<Square>
    {
        public override string Name => nameof(Square);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var x = (Tensor)vars[0];
            ctx.save_for_backward([x]);
            return x.mul(x);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [grad_output.mul(ctx.get_saved_variables()[0]) * 2];
    }

    private sealed class Holding : autograd.SingleTensorFunction<Holding>
    {
        public override string Name => nameof(Holding);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data("kept", vars[1]);
            return ((Tensor)vars[0]) * 1;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [grad_output, null!];
    }
}
