namespace Tasks.MathWords;

/// <summary>A word problem with its worked answer.</summary>
/// <param name="Question">The question.</param>
/// <param name="Answer">The answer, with its calculation.</param>
public sealed record WordProblem(string Question, string Answer)
{
    /// <summary>The text that the authors' scripts train on (<c>llama_tune.py</c>, <c>mistral_tune.py</c>): nothing ends it.</summary>
    public string TrainingText => $"question: {Question} answer: {Answer}";

    /// <summary>What lm-eval asks a model to continue.</summary>
    public string Query => $"Question: {Question}\nAnswer:";

    /// <summary>The problem as one of lm-eval's few-shot examples.</summary>
    public string Shot => $"{Query} {Answer}";
}
