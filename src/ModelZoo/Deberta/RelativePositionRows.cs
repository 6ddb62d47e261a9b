using static TorchSharp.torch;

namespace ModelZoo.Deberta;

/// <summary>The rows of the relative-position table that sequences of one length reach.</summary>
/// <param name="First">The first reachable row.</param>
/// <param name="Count">R, the number of reachable rows; they lie together.</param>
/// <param name="Ascending">
/// [2T], int64: the row, counted from <paramref name="First"/>, of the distances -(T-1) ... T-1, the last one twice: matrix products
/// are faster over an even number of rows.
/// </param>
/// <param name="Descending">[2T], int64: the same for the distances T-1 ... -(T-1).</param>
public sealed record RelativePositionRows(long First, long Count, Tensor Ascending, Tensor Descending);
