using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests;

/// <summary>Element types of tensors, and what module.to does with parameters, gradients, buffers and fields.</summary>
public sealed class TorchSharpConversionTests
{
    private static readonly ScalarType[] Types =
    [
        ScalarType.Byte, ScalarType.Int8, ScalarType.Int16, ScalarType.Int32, ScalarType.Int64, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Float32,
        ScalarType.Float64, ScalarType.Bool,
    ];

    [Fact]
    public void EveryTypeHoldsOneAndGivesItBack()
    {
        using var scope = NewDisposeScope();
        var one = tensor(new float[] { 0, 1 });
        foreach (var type in Types)
        {
            var converted = one.to_type(type);
            Assert.Equal(type, converted.dtype);
            Assert.Equal([0f, 1f], converted.to_type(ScalarType.Float32).data<float>().ToArray());
        }
    }

    [Fact]
    public void ConvertingToTheSameTypeSharesMemoryUnlessACopyIsAskedFor()
    {
        using var scope = NewDisposeScope();
        var x = zeros(2);
        x.to_type(ScalarType.Float32).fill_(1);
        Assert.Equal([1f, 1f], x.data<float>().ToArray());
        x.to_type(ScalarType.Float32, copy: true).fill_(2);
        Assert.Equal([1f, 1f], x.data<float>().ToArray());
        var old = ones(1);
        Assert.Equal(ScalarType.Float64, old.to_type(ScalarType.Float64, disposeAfter: true).dtype);
        Assert.True(TensorHandles.IsDisposed(old));
    }

    [Fact]
    public void ArithmeticInBfloat16RoundsToEightBits()
    {
        using var scope = NewDisposeScope();
        var one = ones(1, dtype: ScalarType.BFloat16);
        Assert.Equal(1f, one.add(1f / 256).to_type(ScalarType.Float32).item<float>());
        Assert.Equal(1 + (1f / 128), one.add(1f / 128).to_type(ScalarType.Float32).item<float>());
        Assert.Equal(ScalarType.BFloat16, (one * 2.5).dtype);
        Assert.Equal(ScalarType.Float32, one.mul(ones(1)).dtype);
        Assert.Throws<ArgumentException>(() => one.item<float>());
    }

    [Fact]
    public void AModuleIsConvertedWithItsGradientsAndKeepsIntegersAndRequiresGrad()
    {
        using var scope = NewDisposeScope();
        var module = new Tensors();
        module.weight_.grad = ones(2);
        module.frozen_.requires_grad = false;
        var (weight, steps) = (module.weight_, module.steps_);
        module.to(ScalarType.Float64);

        Assert.True(TensorHandles.IsDisposed(weight) && TensorHandles.IsDisposed(steps));
        Assert.Equal(ScalarType.Float64, module.weight_.dtype);
        Assert.Same(module.weight_, module.get_parameter("weight"));
        Assert.True(module.weight_.requires_grad && module.weight_.is_leaf);
        Assert.Equal(ScalarType.Float64, module.weight_.grad!.dtype);
        Assert.False(module.frozen_.requires_grad);
        Assert.Equal(ScalarType.Int64, module.steps_.dtype);
        Assert.Equal(ScalarType.Float64, module.mean_.dtype);
        Assert.Equal(["weight", "frozen", "steps", "mean"], module.state_dict().Keys);
        Assert.Throws<ArgumentException>(() => module.to(ScalarType.Int32));
    }

    [Fact]
    public void AGetOnlyPropertyOfAComponentsNameCannotBeConverted()
    {
        using var module = new Hidden();
        Assert.Throws<ArgumentException>(() => module.to(ScalarType.Float64));
    }

    [Fact]
    public void AnEmbeddingIsConvertedWithinItsTensor()
    {
        using var scope = NewDisposeScope();
        var embedding = nn.Embedding(3, 2, padding_idx: 1);
        var registered = embedding.parameters().Single();
        Assert.NotSame(registered, embedding.weight);
        Assert.Equal([0f, 0f], registered[1].data<float>().ToArray());
        embedding.to(ScalarType.Float64);
        Assert.Same(registered, embedding.parameters().Single());
        Assert.Equal(ScalarType.Float64, registered.dtype);
        embedding.call(tensor(new long[] { 0, 1 })).sum().backward();
        Assert.Equal([1d, 1, 0, 0, 0, 0], registered.grad!.data<double>().ToArray());
        Assert.Equal([1d, 1, 0, 0, 0, 0], embedding.weight!.grad!.data<double>().ToArray());
    }

    private sealed class Tensors : nn.Module
    {
        [ComponentName(Name = "weight")]
        public readonly Parameter weight_ = new(zeros(2));

        [ComponentName(Name = "frozen")]
        public readonly Parameter frozen_ = new(zeros(2));

        [ComponentName(Name = "steps")]
        public readonly Tensor steps_ = zeros(1, dtype: ScalarType.Int64);

        [ComponentName(Name = "mean")]
        public readonly Tensor mean_ = zeros(1);

        public Tensors()
            : base(nameof(Tensors)) => RegisterComponents();
    }

    private sealed class Hidden : nn.Module
    {
        [ComponentName(Name = nameof(Weight))]
        private readonly Parameter weight = new(zeros(2));

        public Hidden()
            : base(nameof(Hidden)) => RegisterComponents();

        public Parameter Weight => weight;
    }
}
