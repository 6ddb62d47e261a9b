using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>A change of a weight in factored form: W' - W = Up Down.</summary>
/// <param name="Up">[m, q].</param>
/// <param name="Down">[q, n].</param>
public sealed record LoraFactors(Tensor Up, Tensor Down) : IDisposable
{
    /// <summary>q, the inner size of the product.</summary>
    public long Rank => Down.shape[0];

    /// <inheritdoc/>
    public void Dispose()
    {
        Up.Dispose();
        Down.Dispose();
    }
}
