namespace Tasks.Gsm8k;

/// <summary>What a filter took out of a response.</summary>
/// <param name="Answer">The answer, or <see cref="Gsm8kFilter.Invalid"/>.</param>
/// <param name="IsCorrect">Whether it is the reference's, as text.</param>
public sealed record Gsm8kExtraction(string Answer, bool IsCorrect);
