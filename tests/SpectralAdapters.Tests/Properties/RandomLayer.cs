using SpectralAdapters.Attachment;
using SpectralAdapters.Factors;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Properties;

/// <summary>A random float64 layer with an input of two leading dimensions.</summary>
internal sealed record RandomLayer(Tensor Weight, Tensor? Bias, Tensor Input, AdapterSite Site)
{
    public long[] OutputShape => [.. Input.shape[..^1], Weight.shape[0]];

    public static RandomLayer Create(long outFeatures, long inFeatures, Generator random)
    {
        var weight = randn(outFeatures, inFeatures, dtype: ScalarType.Float64, generator: random); // [m, n]
        var bias = outFeatures % 8 == 0 ? null : randn(outFeatures, dtype: ScalarType.Float64, generator: random); // [m]
        var input = randn([2, 5, inFeatures], dtype: ScalarType.Float64, generator: random); // [2, 5, n]
        return new RandomLayer(weight, bias, input, new AdapterSite("layer", weight, random, new ExactFactorSource()));
    }
}
