namespace Tasks.Gsm8k;

/// <summary>A test problem as lm-eval gives it to a model.</summary>
/// <param name="Index">Its index in the test split.</param>
/// <param name="Shots">The indices of its few-shot examples in the training split, in the order of the prompt.</param>
/// <param name="Prompt">The few-shot examples and the question.</param>
/// <param name="Reference">The answer of the data set.</param>
public sealed record Gsm8kDocument(int Index, IReadOnlyList<int> Shots, string Prompt, string Reference);
