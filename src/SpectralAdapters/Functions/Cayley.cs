using static TorchSharp.torch;

namespace SpectralAdapters.Functions;

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

    /// <summary>dL/dK from dL/dQ: -2 P^T (dL/dQ) P^T with P = (I + K)^-1.</summary>
    /// <param name="doubled">2 P = Q + I, [.., s, s].</param>
    /// <param name="gradient">dL/dQ, [.., s, s].</param>
    public static Tensor SkewGradient(Tensor doubled, Tensor gradient)
    {
        var transposed = doubled.transpose(-2, -1); // [.., s, s]
        return transposed.matmul(gradient).matmul(transposed).div_(-2); // [.., s, s]
    }

    /// <summary>I in the size, element type and device of square matrices, [s, s].</summary>
    public static Tensor Identity(Tensor like) => eye(like.shape[^1], dtype: like.dtype, device: like.device);
}
