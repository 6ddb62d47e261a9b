using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo;

/// <summary>Comparison of tensors with the tolerances that a fixture's README states.</summary>
internal static class TensorAssert
{
    /// <summary>|found - expected| is at most absolute + relative x |expected|, element by element.</summary>
    public static void Close(Tensor expected, Tensor found, double absolute, double relative, string what)
    {
        using var scope = torch.NewDisposeScope();
        Assert.True(expected.shape.SequenceEqual(found.shape),
            $"{what}: found shape [{string.Join(", ", found.shape)}], expected [{string.Join(", ", expected.shape)}]");
        var expectedValues = Values(expected);
        var foundValues = Values(found);
        for (var i = 0; i < expectedValues.Length; i++)
        {
            var difference = Math.Abs(foundValues[i] - expectedValues[i]);
            Assert.True(difference <= absolute + (relative * Math.Abs(expectedValues[i])),
                $"{what}: element {i}: found {foundValues[i]:R}, expected {expectedValues[i]:R}");
        }
    }

    public static double[] Values(Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        return tensor.detach().to_type(ScalarType.Float64).contiguous().data<double>().ToArray();
    }
}
