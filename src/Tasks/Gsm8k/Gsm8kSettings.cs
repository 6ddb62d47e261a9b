namespace Tasks.Gsm8k;

/// <summary>How GSM8K is evaluated. The defaults are the paper's.</summary>
public sealed record Gsm8kSettings
{
    /// <summary>The model's context in tokens.</summary>
    public required int MaxLength { get; init; }

    /// <summary>The most new tokens of a response. A prompt may have the rest of the context and loses its beginning beyond that.</summary>
    public int MaxNewTokens { get; init; } = 256;

    /// <summary>Prompts in a batch.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>How many of the first test problems are evaluated; null for all.</summary>
    public int? DocumentCount { get; init; }

    /// <exception cref="ArgumentException">A number is impossible.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxNewTokens, 1);
        if (MaxLength <= MaxNewTokens)
        {
            throw new ArgumentException(
                $"Found a context of {MaxLength} tokens, expected more than the {MaxNewTokens} new ones of a response.", nameof(MaxLength));
        }
    }
}
