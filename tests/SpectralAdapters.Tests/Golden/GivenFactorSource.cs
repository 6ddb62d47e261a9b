using SpectralAdapters.Factors;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Golden;

/// <summary>Picks columns of given full factors.</summary>
internal sealed class GivenFactorSource(Tensor u, Tensor s, Tensor v) : ISingularFactorSource
{
    public SingularFactors Get(string layer, Tensor weight, ColumnSelection columns)
    {
        using var chosen = tensor(columns.Indices(s.shape[0]).ToArray());
        return new SingularFactors(
            u.index_select(1, chosen), s.index_select(0, chosen), v.index_select(1, chosen), new FactorOrigin("given", 0, 0));
    }
}
