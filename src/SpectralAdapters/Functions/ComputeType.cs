using static TorchSharp.torch;

namespace SpectralAdapters.Functions;

/// <summary>The element type that adapters compute in.</summary>
internal static class ComputeType
{
    /// <summary>The element type of parameters, decompositions and merges: float64 over a float64 base, float32 over every other.</summary>
    public static ScalarType For(ScalarType weight) =>
        weight == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
}
