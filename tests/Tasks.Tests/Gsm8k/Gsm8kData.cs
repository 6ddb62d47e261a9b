using System.Globalization;
using Tasks.Gsm8k;
using Tasks.MathWords;

namespace Tasks.Tests.Gsm8k;

/// <summary>A small data set, and a model that answers its problems from a table.</summary>
internal static class Gsm8kData
{
    /// <summary>Problems <c>Qn</c> with the answer n; those of the test split are n + 4 and as long as n says.</summary>
    public static Gsm8kDataset Create(int tests) => new(Split(9, 0), Split(tests, 4));

    /// <summary>
    /// A model that writes a text after each test problem, letter by letter, then points; it stops where it may.
    /// </summary>
    public static GreedyGeneration Answer(Func<int, string> text) => (prompts, maxNewTokens, isStopped) =>
    [
        .. prompts.Select((prompt, row) =>
        {
            var query = CharacterCodec.Text(prompt);
            var number = query[(query.LastIndexOf('Q') + "Question: Q".Length - "Question: ".Length)..];
            var ids = new List<int>();
            var answer = text(int.Parse(number[..number.IndexOf(' ')], CultureInfo.InvariantCulture));
            while (ids.Count < maxNewTokens && !isStopped(row, ids))
            {
                ids.Add(ids.Count < answer.Length ? answer[ids.Count] : '.');
            }

            return ids;
        }),
    ];

    private static WordProblemSplit Split(int count, int offset) => new(
        "made", [.. Enumerable.Range(0, count).Select(i => new WordProblem($"Q{i} {new string('x', 7 * i % 5)}", $"#### {i + offset}"))]);
}
