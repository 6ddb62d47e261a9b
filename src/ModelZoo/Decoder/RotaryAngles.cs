using TorchSharp;
using static TorchSharp.torch;

namespace ModelZoo.Decoder;

/// <summary>Rotary position embeddings: cosines and sines of position times base^(-2i/d), for the first half of each head.</summary>
/// <param name="Cosine">[B or 1, T, 1, d/2].</param>
/// <param name="Sine">[B or 1, T, 1, d/2].</param>
public sealed record RotaryAngles(Tensor Cosine, Tensor Sine)
{
    /// <summary>The angles of positions, computed in float32 as in transformers and rounded to the model's type.</summary>
    /// <param name="positions">[B or 1, T].</param>
    /// <param name="headSize">d.</param>
    /// <param name="theta">The base.</param>
    /// <param name="type">The element type of queries and keys.</param>
    public static RotaryAngles Of(Tensor positions, long headSize, double theta, ScalarType type)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var wide = type == ScalarType.Float64 ? type : ScalarType.Float32;
        var exponents = torch.arange(0, headSize, 2, wide, positions.device).div_(headSize); // [d/2]
        var frequencies = torch.pow(theta, exponents).reciprocal_(); // [d/2]
        var angles = positions.to_type(wide).unsqueeze(-1).mul(frequencies).unsqueeze(2); // [B or 1, T, 1, d/2]
        return new RotaryAngles(
            angles.cos().to_type(type).MoveToOuterDisposeScope(), angles.sin().to_type(type).MoveToOuterDisposeScope());
    }
}
