using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>An adapter that tunes some singular triplets of its weight and leaves the others as they are.</summary>
internal interface ISingularColumnAdapter
{
    /// <summary>The tuned columns, counted from 0 in order of falling singular value.</summary>
    IReadOnlyList<long> Columns { get; }

    /// <summary>The tuned columns of U, [m, r], and of V, [n, r], in their trained state, up to a rotation within them.</summary>
    (Tensor U, Tensor V) TunedColumns();
}
