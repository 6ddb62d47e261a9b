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

    /// <summary>The singular factors of the weight, with their sizes checked. The caller owns the result.</summary>
    /// <param name="columns">Which columns.</param>
    /// <exception cref="ArgumentException">The source gave factors of other sizes.</exception>
    internal SingularFactors GetFactors(ColumnSelection columns)
    {
        var factors = Factors.Get(Layer, Weight, columns);
        foreach (var (name, factor, expected) in new (string, Tensor, long[])[]
        {
            ("U", factors.U, [OutFeatures, columns.Count]),
            ("S", factors.S, [columns.Count]),
            ("V", factors.V, [InFeatures, columns.Count]),
        })
        {
            if (!factor.shape.SequenceEqual(expected))
            {
                var found = string.Join(", ", factor.shape);
                factors.Dispose();
                throw new ArgumentException(
                    $"{Layer}.{name}: found singular factors of the shape [{found}], expected [{string.Join(", ", expected)}].");
            }
        }

        return factors;
    }
}
