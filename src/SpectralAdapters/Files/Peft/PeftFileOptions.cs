namespace SpectralAdapters.Files.Peft;

/// <summary>What a PEFT config says about its model, for tools that read it; nothing here changes the adapter.</summary>
public sealed record PeftFileOptions
{
    private static readonly string[] TaskTypes =
        ["SEQ_CLS", "SEQ_2_SEQ_LM", "CAUSAL_LM", "TOKEN_CLS", "QUESTION_ANS", "FEATURE_EXTRACTION"];

    /// <summary>The base model's hub name or path (base_model_name_or_path); PEFT's auto classes load the base from it.</summary>
    public string? BaseModel { get; init; }

    /// <summary>PEFT's task type, for instance CAUSAL_LM or SEQ_CLS; null where only the adapted layers are meant.</summary>
    public string? TaskType { get; init; }

    /// <summary>Checks the task type, which PEFT would refuse only on reading.</summary>
    /// <exception cref="ArgumentException">PEFT knows no such task type.</exception>
    internal void Validate()
    {
        if (TaskType is not null && !TaskTypes.Contains(TaskType))
        {
            throw new ArgumentException($"PEFT knows no task type '{TaskType}'; it knows {string.Join(", ", TaskTypes)}.");
        }
    }
}
