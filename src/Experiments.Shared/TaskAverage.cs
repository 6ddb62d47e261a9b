using Reproduction;

namespace Experiments.Shared;

/// <summary>The average of a score over tasks.</summary>
public static class TaskAverage
{
    /// <summary>The name of the task that averages are reported for.</summary>
    public const string Task = "avg";

    /// <summary>The metric of averages.</summary>
    public const string Metric = "score";

    /// <summary>One value for each method and seed that has all tasks.</summary>
    /// <param name="rows">Values of any metrics.</param>
    /// <param name="scores">The tasks, each with the metric that counts.</param>
    public static IEnumerable<ResultRow> Of(IReadOnlyList<ResultRow> rows, IReadOnlyDictionary<string, string> scores) => rows
        .Where(row => row.Step is null && scores.TryGetValue(row.Task, out var metric) && metric == row.Metric)
        .GroupBy(row => (row.Method, row.Variant, row.Rank, row.Seed))
        .Where(group => group.Count() == scores.Count)
        .Select(group => group.First() with
        {
            Task = Task, Metric = Metric, Value = group.Average(row => row.Value), N = null, StandardError = null,
        });
}
