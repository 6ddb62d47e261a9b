using Training.Randomness;

namespace Tasks.Gsm8k;

/// <summary>
/// The prompts of lm-eval 0.4.2's task <c>gsm8k</c>: five training problems and the question, joined by blank lines. One generator
/// draws the few-shot examples of all documents in order, so that a limit changes none of the first.
/// </summary>
public static class Gsm8kPrompts
{
    /// <summary>Few-shot examples of a prompt.</summary>
    public const int ShotCount = 5;

    private const uint Seed = 1234;

    /// <summary>The first documents of the test split.</summary>
    /// <param name="data">The data.</param>
    /// <param name="count">How many; null for all.</param>
    /// <exception cref="ArgumentException">There are fewer than five training problems or fewer test problems than asked for.</exception>
    public static IReadOnlyList<Gsm8kDocument> Build(Gsm8kDataset data, int? count = null)
    {
        var (train, test) = (data.Train.Problems, data.Test.Problems);
        if (train.Count < ShotCount || count < 1 || count > test.Count)
        {
            throw new ArgumentException(
                $"Found {train.Count} training problems and {test.Count} test problems, expected at least {ShotCount} and {count ?? 1}, "
                    + "and at least one to be asked for.",
                nameof(data));
        }

        var random = new PythonRandom(Seed);
        return
        [
            .. test.Take(count ?? test.Count).Select((problem, index) =>
            {
                var shots = random.Sample(train.Count, ShotCount);
                var prompt = string.Join("\n\n", shots.Select(shot => train[shot].Shot).Append(problem.Query));
                return new Gsm8kDocument(index, shots, prompt, problem.Answer);
            }),
        ];
    }
}
