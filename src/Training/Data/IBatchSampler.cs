namespace Training.Data;

/// <summary>The order in which training visits the rows: a pure function of the epoch, so that a run can be resumed anywhere.</summary>
public interface IBatchSampler
{
    /// <summary>Batches, hence optimiser steps, per epoch.</summary>
    int BatchesPerEpoch { get; }

    /// <summary>The rows of each batch of an epoch.</summary>
    /// <param name="epoch">The epoch, counted from 0.</param>
    IReadOnlyList<int[]> Epoch(int epoch);
}
