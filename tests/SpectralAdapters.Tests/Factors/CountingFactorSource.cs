using SpectralAdapters.Factors;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Factors;

/// <summary>Decomposes exactly and counts how often; the recipe is free.</summary>
internal sealed class CountingFactorSource(string recipe = "counting") : IReproducibleFactorSource
{
    private int _count;

    public int Count => _count;

    public string Recipe => recipe;

    public SingularFactors Get(string layer, Tensor weight, ColumnSelection columns)
    {
        Interlocked.Increment(ref _count);
        var factors = SingularFactors.Exact(weight, columns);
        return factors with { Origin = new FactorOrigin("exact", 3, 1e-5, 7, "counted") };
    }
}
