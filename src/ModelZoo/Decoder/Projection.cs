using SpectralAdapters;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelZoo.Decoder;

/// <summary>The linear layers of a decoder: no bias, and weights that are set when the model is initialised or loaded.</summary>
internal static class Projection
{
    /// <summary>A layer with a weight that is not set.</summary>
    public static AdaptableLinear Of(long inFeatures, long outFeatures, ScalarType type)
    {
        var weight = new Parameter(empty(outFeatures, inFeatures, dtype: type), requires_grad: true); // [out, in]
        return new AdaptableLinear(weight, null);
    }
}
