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

    /// <summary>Q of a skew-symmetric K, [.., s, s].</summary>
    public static Tensor OfSkew(Tensor skew) => CayleyFunction.Apply(skew);

    /// <summary>dL/dK from dL/dQ: -2 P^T (dL/dQ) P^T with P = (I + K)^-1 = (Q + I) / 2.</summary>
    /// <param name="rotation">Q, [.., s, s].</param>
    /// <param name="gradient">dL/dQ, [.., s, s].</param>
    public static Tensor SkewGradient(Tensor rotation, Tensor gradient)
    {
        var doubled = rotation.add(Identity(rotation)).transpose(-2, -1); // 2 P^T, [.., s, s]
        return doubled.matmul(gradient).matmul(doubled).div_(-2);
    }

    /// <summary>I in the size, element type and device of square matrices, [s, s].</summary>
    public static Tensor Identity(Tensor like) => eye(like.shape[^1], dtype: like.dtype, device: like.device);
}
