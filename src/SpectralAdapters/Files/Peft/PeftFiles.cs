namespace SpectralAdapters.Files.Peft;

/// <summary>
/// Writes adapters as Python's PEFT does (adapter_config.json and adapter_model.safetensors, read by PEFT 0.20 and later).
/// <see cref="AdaptedModel.Load"/> reads them.
/// </summary>
public static class PeftFiles
{
    /// <summary>Whether <see cref="Save"/> can write an adapter of these settings.</summary>
    public static bool HasFormat(AdapterConfig config) => PeftFolder.FormatOf(config) is not null;

    /// <summary>
    /// Writes the active adapter in PEFT's format of its own method: LoRA, DoRA, AdaLoRA, OFT in PEFT's convention, VeRA with shared
    /// projections.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">Created if it does not exist; its adapter files are replaced.</param>
    /// <param name="options">What the config says about the model.</param>
    /// <exception cref="ArgumentException">PEFT has no such method.</exception>
    /// <exception cref="InvalidOperationException">No adapter is active.</exception>
    public static void Save(AdaptedModel model, string folder, PeftFileOptions? options = null) =>
        PeftFolder.Write(folder, model.Active, options ?? new PeftFileOptions());

    /// <summary>
    /// Writes the active adapter's exact change as a plain LoRA, without a decomposition: spectral A in rank 2r, spectral R in rank r.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">Created if it does not exist; its adapter files are replaced.</param>
    /// <param name="options">What the config says about the model.</param>
    /// <exception cref="ArgumentException">The method's change has no exact low rank.</exception>
    /// <exception cref="InvalidOperationException">No adapter is active.</exception>
    public static void ExportLora(AdaptedModel model, string folder, PeftFileOptions? options = null) =>
        PeftFolder.WriteLora(folder, model.Active, options ?? new PeftFileOptions());
}
