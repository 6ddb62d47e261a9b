using System.Runtime.CompilerServices;
using SpectralAdapters.Functions;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Torch;

/// <summary>How TorchSharp runs custom autograd functions: what AdapterFunction and its implementations build on.</summary>
public sealed class TorchFunctionTests
{
    [Fact]
    public void A_backward_on_the_processor_runs_on_the_caller_s_thread()
    {
        using var scope = NewDisposeScope();
        var threads = new List<int>();
        Noting.apply(ones(2).requires_grad_(), threads).sum().backward();
        Assert.Equal([Environment.CurrentManagedThreadId, Environment.CurrentManagedThreadId], threads);
    }

    [Fact]
    public void A_graph_that_is_dropped_releases_what_its_function_keeps()
    {
        var kept = Build();
        for (var i = 0; i < 10 && kept.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(kept.IsAlive);

        // In a method of its own, so that no local keeps anything alive.
        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference Build()
        {
            using var scope = NewDisposeScope();
            var kept = new List<int>();
            Noting.apply(ones(1).requires_grad_(), kept);
            return new WeakReference(kept);
        }
    }

    [Fact]
    public void Frozen_inputs_build_no_graph()
    {
        using var scope = NewDisposeScope();
        Assert.False(Noting.apply(ones(1), new List<int>()).requires_grad);
        using var noGrad = no_grad();
        Assert.False(Noting.apply(ones(1).requires_grad_(), new List<int>()).requires_grad);
    }

    // AdapterFunction returns a gradient without dimensions to be refused; were it broadcast, a failure would go unnoticed.
    [Fact]
    public void A_gradient_without_dimensions_is_refused_for_every_argument_that_has_some()
    {
        using var scope = NewDisposeScope();
        foreach (long[] shape in new long[][] { [1], [3], [1, 1], [2, 3] })
        {
            var output = Scalar.apply(ones(shape).requires_grad_());
            var exception = Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => output.sum().backward());
            Assert.Contains("invalid gradient", exception.Message);
        }
    }

    private sealed class Noting : autograd.SingleTensorFunction<Noting>
    {
        public override string Name => nameof(Noting);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data("threads", vars[1]);
            ((List<int>)vars[1]).Add(Environment.CurrentManagedThreadId);
            return ((Tensor)vars[0]).clone();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            ((List<int>)ctx.get_data("threads")!).Add(Environment.CurrentManagedThreadId);
            return [grad_output, null!];
        }
    }

    private sealed class Scalar : autograd.SingleTensorFunction<Scalar>
    {
        public override string Name => nameof(Scalar);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => ((Tensor)vars[0]).clone();

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [zeros(Array.Empty<long>())];
    }
}
