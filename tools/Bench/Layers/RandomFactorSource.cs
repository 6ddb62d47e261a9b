using SpectralAdapters;
using SpectralAdapters.Factors;
using static TorchSharp.torch;

namespace Bench.Layers;

/// <summary>Random numbers in the shapes of singular factors: what a layer costs does not depend on their values.</summary>
internal sealed class RandomFactorSource(Generator generator) : ISingularFactorSource
{
    public SingularFactors Get(string layer, Tensor weight, ColumnSelection columns)
    {
        var (m, n, r) = (weight.shape[0], weight.shape[1], columns.Count);
        return new SingularFactors(Columns(m, r), ones(r), Columns(n, r), new FactorOrigin("given", 0, 0));
    }

    private Tensor Columns(long rows, long columns) => randn(rows, columns, generator: generator).div_(Math.Sqrt(rows));
}
