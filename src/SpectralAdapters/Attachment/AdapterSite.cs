using SpectralAdapters.Factors;
using static TorchSharp.torch;

namespace SpectralAdapters.Attachment;

/// <summary>A layer that an adapter is created for.</summary>
/// <param name="Layer">The layer's full name in the model.</param>
/// <param name="Weight">The frozen weight, [m, n].</param>
/// <param name="Generator">Source of the initial random values.</param>
/// <param name="Factors">Where the singular factors of the weight come from.</param>
public sealed record AdapterSite(string Layer, Tensor Weight, Generator Generator, ISingularFactorSource Factors)
{
    /// <summary>m.</summary>
    public long OutFeatures => Weight.shape[0];

    /// <summary>n.</summary>
    public long InFeatures => Weight.shape[1];

    /// <summary>The largest m of all layers that get an adapter of this config.</summary>
    public long LargestOutFeatures { get; init; } = Weight.shape[0];

    /// <summary>The largest n of all layers that get an adapter of this config.</summary>
    public long LargestInFeatures { get; init; } = Weight.shape[1];
}
