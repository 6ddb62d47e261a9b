namespace SpectralAdapters;

/// <summary>Parameter counts of an adapted model.</summary>
/// <param name="Adapter">Trainable parameters of the adapters; with full fine-tuning, those of the whole model, with head-only 0.</param>
/// <param name="ModulesToSave">Parameters of the modules to save.</param>
/// <param name="Total">All parameters of the model and its adapters.</param>
public sealed record ParameterCounts(long Adapter, long ModulesToSave, long Total)
{
    /// <summary>All trainable parameters.</summary>
    public long Trainable => Adapter + ModulesToSave;

    /// <summary>Trainable parameters as a fraction of all.</summary>
    public double Share => (double)Trainable / Total;
}
