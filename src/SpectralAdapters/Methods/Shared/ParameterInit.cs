using SpectralAdapters.Attachment;
using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>
/// Initial random tensors. They are drawn on the CPU in float32, so that a seed gives the same values on every device and base.
/// </summary>
internal static class ParameterInit
{
    /// <summary>Values uniform in [-bound, bound).</summary>
    public static Tensor Uniform(double bound, AdapterSite site, ScalarType type, params long[] shape)
    {
        using var values = rand(shape, dtype: ScalarType.Float32, generator: site.Generator);
        values.mul_(2 * bound).sub_(bound);
        return values.to(type, site.Weight.device, copy: true);
    }

    /// <summary>Normal values with mean 0.</summary>
    public static Tensor Normal(double standardDeviation, AdapterSite site, ScalarType type, params long[] shape)
    {
        using var values = randn(shape, dtype: ScalarType.Float32, generator: site.Generator);
        values.mul_(standardDeviation);
        return values.to(type, site.Weight.device, copy: true);
    }
}
