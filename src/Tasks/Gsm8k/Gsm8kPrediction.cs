namespace Tasks.Gsm8k;

/// <summary>A model's response to a test problem.</summary>
public sealed record Gsm8kPrediction
{
    /// <summary>The problem's index in the test split.</summary>
    public required int Document { get; init; }

    /// <summary>The tokens of the prompt, before any were cut.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>How many of them, from the beginning, the model did not see.</summary>
    public required int CutTokens { get; init; }

    /// <summary>The tokens that were generated.</summary>
    public required int NewTokens { get; init; }

    /// <summary>The text that they are, up to a stop string.</summary>
    public required string Response { get; init; }

    /// <summary>The stop string that ends the response; null where the number of new tokens does.</summary>
    public required string? StoppedBy { get; init; }

    /// <summary>The answer by strict-match, which the paper reports for Mistral.</summary>
    public required Gsm8kExtraction Strict { get; init; }

    /// <summary>The answer by flexible-extract, which the paper reports for Llama 3.</summary>
    public required Gsm8kExtraction Flexible { get; init; }
}
