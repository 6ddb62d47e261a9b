using Reproduction;

namespace Experiments.Shared;

/// <summary>The average of a score over tasks.</summary>
public static class TaskAverage
{
    /// <summary>The name of the task that averages are reported for.</summary>
    public const string Task = "avg";

    /// <summary>The metric of averages.</summary>
    public const string Metric = "score";

    /// <summary>
    /// One value for each method and seed that has all tasks; where the last step of a task has a score of its own, the average of
    /// those of the last steps too.
    /// </summary>
    /// <param name="rows">Values of any metrics.</param>
    /// <param name="scores">The tasks, each with the metric that counts.</param>
    public static IEnumerable<ResultRow> Of(IReadOnlyList<ResultRow> rows, IReadOnlyDictionary<string, string> scores)
    {
        foreach (var trials in rows
            .Where(row => row.Step is null && scores.TryGetValue(row.Task, out var metric)
                && (row.Metric == metric || row.Metric == metric + MetricRow.LastStepSuffix))
            .GroupBy(row => (row.Method, row.Variant, row.Rank, row.Seed)))
        {
            var kept = trials.Where(row => row.Metric == scores[row.Task]).ToList();
            if (kept.Count != scores.Count)
            {
                continue;
            }

            var average = kept[0] with
            {
                Task = Task, Metric = Metric, Value = kept.Average(row => row.Value), N = null, StandardError = null,
            };
            yield return average;
            var last = trials.Except(kept).ToDictionary(row => row.Task, row => row.Value);
            if (last.Count > 0)
            {
                yield return average with
                {
                    Metric = Metric + MetricRow.LastStepSuffix,
                    Value = kept.Average(row => last.GetValueOrDefault(row.Task, row.Value)),
                };
            }
        }
    }
}
