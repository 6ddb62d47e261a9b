using static TorchSharp.torch;

namespace SpectralAdapters.Factors;

/// <summary>Computes the full decomposition of every weight on every call.</summary>
public sealed class ExactFactorSource : IReproducibleFactorSource
{
    /// <inheritdoc/>
    public string Recipe => "exact 1";

    /// <inheritdoc/>
    public SingularFactors Get(string layer, Tensor weight, ColumnSelection columns) => SingularFactors.Exact(weight, columns);
}
