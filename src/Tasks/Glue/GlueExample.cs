namespace Tasks.Glue;

/// <summary>One example of a GLUE task.</summary>
/// <param name="Sentence1">The sentence, or the first of a pair, exactly as in the file.</param>
/// <param name="Sentence2">The second sentence of a pair; null in a single-sentence task.</param>
/// <param name="Label">The class index in <see cref="GlueTask.Labels"/>, or the score of a regression task.</param>
public sealed record GlueExample(string Sentence1, string? Sentence2, float Label);
