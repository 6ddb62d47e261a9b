namespace SpectralAdapters.Peft;

/// <summary>What a PEFT config says about its model, for tools that read it; nothing here changes the adapter.</summary>
public sealed record PeftFileOptions
{
    /// <summary>The base model's hub name or path (base_model_name_or_path); PEFT's auto classes load the base from it.</summary>
    public string? BaseModel { get; init; }

    /// <summary>PEFT's task type: CAUSAL_LM, SEQ_CLS and so on; null where only the adapted layers are meant.</summary>
    public string? TaskType { get; init; }
}
