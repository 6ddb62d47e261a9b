using Tasks.MathWords;

namespace Tasks.Gsm8k;

/// <summary>GSM8K (Cobbe et al. 2021), configuration <c>main</c>.</summary>
/// <param name="Train">The training split, which the few-shot examples come from too.</param>
/// <param name="Test">The split that is scored.</param>
public sealed record Gsm8kDataset(WordProblemSplit Train, WordProblemSplit Test)
{
    /// <summary>The number of published training problems.</summary>
    public const int TrainSize = 7_473;

    /// <summary>The number of published test problems.</summary>
    public const int TestSize = 1_319;

    /// <summary>Reads the published JSON lines (<c>train.jsonl</c>) or Parquet files.</summary>
    /// <param name="folder">The folder with the files, or with the published folder <c>main</c> of Parquet files.</param>
    /// <param name="allowSubset">Whether fewer problems than the published ones are accepted; draws then depend on their number.</param>
    /// <exception cref="FileNotFoundException">A split is missing; the message names the command that gets it.</exception>
    /// <exception cref="DataFormatException">
    /// A file is damaged, has another number of problems, or an answer that does not end in <c>#### </c> and a number.
    /// </exception>
    public static Gsm8kDataset Load(string folder, bool allowSubset = false)
    {
        return new Gsm8kDataset(Split("train", TrainSize), Split("test", TestSize));

        WordProblemSplit Split(string name, int size)
        {
            var parquet = $"{name}-00000-of-00001.parquet";
            return WordProblemSplit.Load(
                folder, [$"{name}.jsonl", parquet, $"main/{parquet}"], size, allowSubset, Gsm8kAnswer.Fault,
                $"curl -L --create-dirs -o {Path.Combine(folder, $"{name}.jsonl")} "
                + $"https://raw.githubusercontent.com/openai/grade-school-math/master/grade_school_math/data/{name}.jsonl");
        }
    }
}
