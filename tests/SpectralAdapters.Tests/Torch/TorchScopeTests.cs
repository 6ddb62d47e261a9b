using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Torch;

/// <summary>What outlives a dispose scope of TorchSharp: adapters and layers depend on it in their constructors.</summary>
public sealed class TorchScopeTests
{
    [Fact]
    public void A_parameter_takes_the_place_of_its_data_in_the_data_s_scope()
    {
        Parameter inner, outer;
        var data = zeros(2);
        using (NewDisposeScope())
        {
            inner = new Parameter(ones(2));
            outer = new Parameter(data);
            Assert.True(data.IsInvalid);
        }

        Assert.True(inner.IsInvalid);
        Assert.False(outer.IsInvalid);
        outer.Dispose();
    }

    [Fact]
    public void A_registered_tensor_outlives_the_scope_only_if_it_is_detached()
    {
        OwnTensors lost, kept;
        using (NewDisposeScope())
        {
            lost = new OwnTensors();
            kept = new OwnTensors();
            foreach (var tensor in kept.parameters().Concat(kept.buffers()))
            {
                tensor.DetachFromDisposeScope();
            }
        }

        Assert.All(lost.Tensors, tensor => Assert.True(tensor.IsInvalid));
        Assert.All(kept.Tensors, tensor => Assert.False(tensor.IsInvalid));
        kept.Dispose();
        Assert.All(kept.Tensors, tensor => Assert.True(tensor.IsInvalid));
    }

    [Fact]
    public void The_layers_of_torchsharp_outlive_the_scope_they_were_made_in()
    {
        Linear linear;
        LayerNorm norm;
        Embedding embedding;
        using (NewDisposeScope())
        {
            (linear, norm, embedding) = (nn.Linear(2, 3), nn.LayerNorm(2), nn.Embedding(4, 2));
        }

        using var scope = NewDisposeScope();
        Assert.Equal([1L, 3], linear.call(norm.call(embedding.call(zeros(1, dtype: ScalarType.Int64)))).shape);
    }

    [Fact]
    public void A_tensor_moved_out_of_an_inner_scope_goes_with_the_outer_one()
    {
        Tensor moved, detached, left;
        using (NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                (moved, detached, left) = (ones(1).MoveToOuterDisposeScope(), ones(1).DetachFromDisposeScope(), ones(1));
            }

            Assert.True(left.IsInvalid);
            Assert.False(moved.IsInvalid);
        }

        Assert.True(moved.IsInvalid);
        Assert.False(detached.IsInvalid);
        detached.Dispose();
    }

    private sealed class OwnTensors : nn.Module
    {
        [ComponentName(Name = "weight")]
        private readonly Parameter _weight = new(ones(2));

        [ComponentName(Name = "table")]
        private readonly Tensor _table = ones(3);

        public OwnTensors()
            : base(nameof(OwnTensors)) => RegisterComponents();

        public IReadOnlyList<Tensor> Tensors => [_weight, _table];
    }
}
