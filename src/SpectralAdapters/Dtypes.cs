using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>Element types of adapters over a base.</summary>
internal static class Dtypes
{
    /// <summary>The element type of parameters and merges: float32 over any base but a float64 one.</summary>
    public static ScalarType ForParameters(ScalarType weight) =>
        weight == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
}
