namespace Tasks.MathWords;

/// <summary>
/// Reads word problems from files with the keys or columns <c>question</c> and <c>answer</c>: JSON lines, a JSON array or Parquet.
/// </summary>
public static class WordProblemFile
{
    private const string QuestionKey = "question";
    private const string AnswerKey = "answer";

    /// <summary>Reads a file, in its order. Further keys are ignored.</summary>
    /// <param name="path">A file that ends in .jsonl, .json or .parquet.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFormatException">The file is of another kind, is damaged, or lacks a question or an answer.</exception>
    public static IReadOnlyList<WordProblem> Read(string path) => Read(path, _ => null);

    /// <param name="path">The file.</param>
    /// <param name="fault">What is wrong with a problem, or null.</param>
    internal static IReadOnlyList<WordProblem> Read(string path, Func<WordProblem, (string Found, string Expected)?> fault)
    {
        return Path.GetExtension(path) switch
        {
            ".jsonl" => JsonRecord.ReadLines(path, Problem),
            ".json" => JsonRecord.ReadArray(path, Problem),
            ".parquet" => [.. ParquetTexts.Read(path, QuestionKey, AnswerKey).Select(Row)],
            var other => throw new DataFormatException(path, null, $"a file that ends in '{other}'", ".jsonl, .json or .parquet"),
        };

        WordProblem Problem(JsonRecord record)
        {
            var problem = new WordProblem(record.Text(QuestionKey), record.Text(AnswerKey));
            return fault(problem) is { } wrong ? throw record.Wrong(wrong.Found, wrong.Expected) : problem;
        }

        WordProblem Row(string[] texts, int index)
        {
            var problem = new WordProblem(texts[0], texts[1]);
            return fault(problem) is { } wrong
                ? throw new DataFormatException(path, $"row {index + 1}", wrong.Found, wrong.Expected)
                : problem;
        }
    }
}
