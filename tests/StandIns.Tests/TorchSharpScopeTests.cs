using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests;

/// <summary>What outlives a dispose scope and what does not.</summary>
public sealed class TorchSharpScopeTests
{
    [Fact]
    public void AParameterTakesThePlaceOfItsDataInTheScope()
    {
        Parameter inner, outer;
        var data = zeros(2);
        using (NewDisposeScope())
        {
            inner = new Parameter(ones(2));
            outer = new Parameter(data);
            Assert.True(TensorHandles.IsDisposed(data));
        }

        Assert.True(TensorHandles.IsDisposed(inner));
        Assert.False(TensorHandles.IsDisposed(outer));
        outer.Dispose();
    }

    [Fact]
    public void RegistrationDetachesNothing()
    {
        OwnTensors lost, kept;
        using (NewDisposeScope())
        {
            lost = new OwnTensors(ones(2), ones(3));
            kept = new OwnTensors(ones(2), ones(3));
            foreach (var tensor in kept.parameters().Concat(kept.buffers()))
            {
                tensor.DetachFromDisposeScope();
            }
        }

        Assert.Empty(lost.state_dict());
        Assert.Equal(["weight", "table"], kept.state_dict().Keys);
        kept.Dispose();
        Assert.Empty(kept.state_dict());
    }

    [Fact]
    public void LinearAndLayerNormOutliveTheScopeAndEmbeddingDoesNot()
    {
        Linear linear;
        LayerNorm norm;
        Embedding embedding;
        using (NewDisposeScope())
        {
            linear = nn.Linear(2, 3);
            norm = nn.LayerNorm(2);
            embedding = nn.Embedding(4, 2);
            Assert.Single(embedding.parameters());
        }

        Assert.Equal(2, linear.parameters().Count());
        Assert.Equal(2, norm.parameters().Count());
        Assert.Empty(embedding.parameters());
        linear.Dispose();
        norm.Dispose();
        embedding.Dispose();
    }

    [Fact]
    public void ANewWeightDisposesTheOldOne()
    {
        using var linear = nn.Linear(2, 3);
        var old = linear.weight;
        linear.weight = new Parameter(ones(3, 2));
        Assert.True(TensorHandles.IsDisposed(old));
        Assert.Same(linear.weight, linear.get_parameter("weight"));
    }

    [Fact]
    public void ScopesNestMoveAndEndOutOfOrder()
    {
        var outer = NewDisposeScope();
        var inner = NewDisposeScope();
        var moved = ones(1).MoveToOuterDisposeScope();
        var detached = ones(1).DetachFromDisposeScope();
        var left = ones(1);
        outer.Dispose();
        Assert.True(TensorHandles.IsDisposed(moved));
        Assert.False(TensorHandles.IsDisposed(left));
        var late = ones(1);
        inner.Dispose();
        Assert.True(TensorHandles.IsDisposed(left) && TensorHandles.IsDisposed(late));
        Assert.False(TensorHandles.IsDisposed(detached));
        detached.Dispose();
        var outside = ones(1);
        Assert.False(TensorHandles.IsDisposed(outside));
        outside.Dispose();
    }

    [Fact]
    public void AScopeBelongsToItsThread()
    {
        var elsewhere = new List<Tensor>();
        using (NewDisposeScope())
        {
            var thread = new Thread(() => elsewhere.Add(ones(1)));
            thread.Start();
            thread.Join();
        }

        Assert.False(TensorHandles.IsDisposed(elsewhere[0]));
        elsewhere[0].Dispose();
    }

    private sealed class OwnTensors : nn.Module
    {
        private readonly Parameter weight;
        private readonly Tensor table;

        public OwnTensors(Tensor weight, Tensor table)
            : base(nameof(OwnTensors))
        {
            this.weight = new Parameter(weight);
            this.table = table;
            RegisterComponents();
        }

        public long Count => weight.numel() + table.numel();
    }
}
