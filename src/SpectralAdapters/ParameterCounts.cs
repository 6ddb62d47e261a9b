namespace SpectralAdapters;

/// <summary>How many numbers of an adapted model are trained.</summary>
/// <param name="Adapter">Numbers in the adapters; for full tuning, in the whole model.</param>
/// <param name="ModulesToSave">Numbers in the modules that are trained as they are.</param>
/// <param name="Total">Numbers in the model and its adapters.</param>
public sealed record ParameterCounts(long Adapter, long ModulesToSave, long Total)
{
    /// <summary>Trained numbers.</summary>
    public long Trainable => Adapter + ModulesToSave;

    /// <summary>Trained numbers as a fraction of all.</summary>
    public double Share => (double)Trainable / Total;
}
