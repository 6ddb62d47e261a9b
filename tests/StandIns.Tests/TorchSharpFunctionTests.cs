using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests;

public sealed class TorchSharpFunctionTests
{
    [Fact]
    public void ACustomFunctionRunsItsOwnBackward()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 1, 2, 3 }).requires_grad_();
        var y = Cube.apply(x, 2.0f);
        Assert.Equal([2f, 16, 54], y.data<float>().ToArray());
        y.sum().backward();
        Assert.Equal([6f, 24, 54], x.grad!.data<float>().ToArray());
    }

    [Fact]
    public void HandlesOfACustomFunctionAreFreed()
    {
        void Step()
        {
            using var scope = NewDisposeScope();
            var x = ones(3).requires_grad_();
            Cube.apply(x, 1.0f).sum().backward();
        }

        Step();
        var before = TensorHandles.Settled();
        for (var i = 0; i < 20; i++)
        {
            Step();
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void AnExceptionInBackwardReachesTheCaller()
    {
        using var scope = NewDisposeScope();
        var x = ones(2).requires_grad_();
        var thrown = Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => Failing.apply(x).sum().backward());
        Assert.Contains("on purpose", thrown.Message, StringComparison.Ordinal);
    }

    private sealed class Cube : autograd.SingleTensorFunction<Cube>
    {
        public override string Name => nameof(Cube);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var x = (Tensor)vars[0];
            ctx.save_for_backward([x]);
            ctx.save_data("scale", vars[1]);
            return x.mul(x).mul(x) * (float)vars[1];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var x = ctx.get_saved_variables()[0];
            return [grad_output.mul(x).mul(x) * 3 * (float)ctx.get_data("scale")!, null!];
        }
    }

    private sealed class Failing : autograd.SingleTensorFunction<Failing>
    {
        public override string Name => nameof(Failing);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => ((Tensor)vars[0]).clone();

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => throw new InvalidOperationException("on purpose");
    }
}
