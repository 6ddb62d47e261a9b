using static TorchSharp.torch;

namespace SpectralAdapters.Factors;

/// <summary>Decomposes every weight anew, by the full decomposition.</summary>
public sealed class ExactFactorSource : IReproducibleFactorSource
{
    /// <inheritdoc/>
    public string Recipe => "exact 1";

    /// <inheritdoc/>
    public SingularFactors Get(string layer, Tensor weight, ColumnSelection columns) => SingularFactors.Exact(weight, columns);
}
