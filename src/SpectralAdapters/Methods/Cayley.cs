using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>The Cayley transform of square parameters: K = (X - X^T) / 2, Q = (I - K)(I + K)^-1.</summary>
internal static class Cayley
{
    /// <summary>Rotations; exactly the identity for zero parameters.</summary>
    /// <param name="parameters">X, [.., s, s]; only its skew part acts.</param>
    /// <returns>Q, [.., s, s], orthogonal.</returns>
    public static Tensor Rotation(Tensor parameters) => OfSkew(Skew(parameters));

    /// <summary>K, [.., s, s].</summary>
    public static Tensor Skew(Tensor parameters) => parameters.sub(parameters.transpose(-2, -1)).div(2);

    /// <summary>Q of a skew-symmetric K, [.., s, s], as 2 (I + K)^-1 - I, which is the same.</summary>
    public static Tensor OfSkew(Tensor skew)
    {
        var identity = eye(skew.shape[^1], dtype: skew.dtype, device: skew.device); // [s, s]
        return linalg.inv(identity.add(skew)).mul(2).sub(identity); // [.., s, s]
    }
}
