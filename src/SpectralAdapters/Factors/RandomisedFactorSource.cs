using System.Globalization;
using static TorchSharp.torch;

namespace SpectralAdapters.Factors;

/// <summary>
/// Decomposes every weight on every call: leading columns of a large weight by randomised subspace iteration, which leaves their
/// subspace within a sine of 1e-3, everything else by the full decomposition. <see cref="FactorOrigin"/> tells which it was.
/// </summary>
public sealed class RandomisedFactorSource : IReproducibleFactorSource
{
    // Below, a full decomposition takes some ten milliseconds at most.
    private const long SmallestSide = 512;

    // With a wider subspace the iteration saves too little.
    private const long LargestWidthShare = 8;

    private readonly ulong _seed;

    /// <summary>Creates a source.</summary>
    /// <param name="seed">The seed of the random start, the same for every weight.</param>
    public RandomisedFactorSource(ulong seed = 0) => _seed = seed;

    /// <inheritdoc/>
    public string Recipe => string.Create(CultureInfo.InvariantCulture, $"randomised 2, seed {_seed}");

    /// <inheritdoc/>
    public SingularFactors Get(string layer, Tensor weight, ColumnSelection columns)
    {
        var smallerSide = Math.Min(weight.shape[0], weight.shape[1]);
        var width = SubspaceIteration.Width(columns.Count);
        var obstacle = !columns.AreLeading(smallerSide) ? $"columns {columns} are not the leading ones"
            : smallerSide < SmallestSide ? $"the smaller side {smallerSide} is below {SmallestSide}"
            : width * LargestWidthShare > smallerSide
                ? $"the subspace of {width} is larger than 1/{LargestWidthShare} of the smaller side {smallerSide}"
            : null;
        if (obstacle is null)
        {
            if (SubspaceIteration.Leading(weight, (int)columns.Count, _seed) is { } factors)
            {
                return factors;
            }

            obstacle = $"the leading {columns.Count} singular values do not stand apart from the next";
        }

        var exact = SingularFactors.Exact(weight, columns);
        return exact with { Origin = exact.Origin with { Remark = obstacle } };
    }
}
