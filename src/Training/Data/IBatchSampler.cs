namespace Training.Data;

/// <summary>
/// Yields the examples of each batch, like PyTorch's <c>BatchSampler</c>: a pure function of the epoch, so that a run can be resumed at
/// any step.
/// </summary>
public interface IBatchSampler
{
    /// <summary>The number of batches per epoch.</summary>
    int BatchesPerEpoch { get; }

    /// <summary>The indices of the examples of each batch of an epoch.</summary>
    /// <param name="epoch">The epoch, counted from 0.</param>
    IReadOnlyList<int[]> Epoch(int epoch);
}
