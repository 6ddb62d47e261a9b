using SpectralAdapters;
using TorchSharp;
using TorchSharp.Modules;
using Training.Optimization;
using static TorchSharp.torch;

namespace Training.Tests.Optimization;

public sealed class GradientClippingTests
{
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void The_norm_runs_over_all_groups_and_large_ones_are_scaled(ScalarType type)
    {
        using var scope = NewDisposeScope();
        List<FlatParameterGroup> groups = [Group([3, 0], type), Group([0, 4, 0], type)];

        var norm = GradientClipping.Norm(groups);
        GradientClipping.Clip(groups, norm, 2.5);

        Assert.Equal(5, norm.item<float>(), 1e-6);
        Assert.Equal(1.5, groups[0].Parameters.Gradient[0].to_type(ScalarType.Float32).item<float>(), 1e-5);
        Assert.Equal(2.0, groups[1].Parameters.Gradient[1].to_type(ScalarType.Float32).item<float>(), 1e-5);
    }

    [Fact]
    public void Small_gradients_stay_as_they_are()
    {
        using var scope = NewDisposeScope();
        List<FlatParameterGroup> groups = [Group([0.3f, 0.4f], ScalarType.Float32)];

        GradientClipping.Clip(groups, GradientClipping.Norm(groups), 1);

        Assert.Equal([0.3f, 0.4f], groups[0].Parameters.Gradient.data<float>().ToArray()[..2]);
    }

    [Fact]
    public void The_norm_of_millions_of_gradients_keeps_its_digits()
    {
        using var scope = NewDisposeScope();
        const int Count = 20_000_001;
        var flat = new FlatParameters([("p", new Parameter(zeros(Count)))]);
        flat.Gradient.uniform_(-0.1, 0.1, new Generator(1));
        var expected = linalg.vector_norm(flat.Gradient.to_type(ScalarType.Float64)).item<double>();

        var norm = GradientClipping.Norm([new FlatParameterGroup(flat, 1, 0)]).item<float>();

        Assert.Equal(expected, norm, 1e-5 * expected);
    }

    private static FlatParameterGroup Group(float[] gradient, ScalarType type)
    {
        var flat = new FlatParameters([("p", new Parameter(zeros(gradient.Length, dtype: type)))]);
        flat.Views(flat.Gradient)["p"].copy_(tensor(gradient));
        return new FlatParameterGroup(flat, 1, 0);
    }
}
