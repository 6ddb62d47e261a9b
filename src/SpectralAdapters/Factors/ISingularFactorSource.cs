using static TorchSharp.torch;

namespace SpectralAdapters.Factors;

/// <summary>Where singular factors come from: a decomposition, a cache on disk, or an adapter file.</summary>
public interface ISingularFactorSource
{
    /// <summary>The chosen columns of the singular factors of one weight. The caller owns the result.</summary>
    /// <param name="layer">The layer's full name.</param>
    /// <param name="weight">The frozen weight, [m, n].</param>
    /// <param name="columns">Which columns.</param>
    SingularFactors Get(string layer, Tensor weight, ColumnSelection columns);
}
