using Reproduction;
using Reproduction.Statistics;

namespace Experiments.Shared;

/// <summary>
/// The score of the best prediction that is the same for every example. A task on which no method is above it ranks none.
/// </summary>
public static class MajorityClass
{
    private const string Metric = "majority_class";
    private const double Confidence = 0.95;

    // The mean of equal values may differ from them by it.
    private const double Rounding = 1e-9;

    /// <summary>The value of a task, to be reported with each trial.</summary>
    /// <param name="labels">The classes of the evaluation's examples.</param>
    /// <param name="score">What the scores are: a correlation with a constant counts as 0.</param>
    public static MetricRow Row(IReadOnlyCollection<double> labels, PredictionScore score) => new(
        Metric,
        score == PredictionScore.Accuracy ? 100.0 * labels.GroupBy(label => label).Max(label => label.Count()) / labels.Count : 0,
        "%", N: labels.Count);

    /// <summary>
    /// The tasks on which no method's score is above that of the majority class beyond noise, with the reason: at 95 % confidence, at
    /// 1 - 0.05 / methods for each. A score without an interval counts as it is.
    /// </summary>
    /// <param name="rows">Measured values of one profile.</param>
    /// <param name="scores">The tasks, each with the metric that counts.</param>
    public static IReadOnlyDictionary<string, string> Unmoved(
        IReadOnlyList<ResultRow> rows, IReadOnlyDictionary<string, string> scores)
    {
        var ends = rows.Where(row => row.Step is null && row.Variant.Length == 0).ToList();
        return (
            from task in scores
            let majority = ends.Find(row => row.Task == task.Key && row.Metric == Metric)?.Value
            where majority is not null
            let methods = ends.Where(row => row.Task == task.Key && row.Metric == task.Value)
                .GroupBy(row => (row.Method, row.Rank)).Select(method => method.ToList()).ToList()
            where methods.Count > 0 && !methods.Exists(method => Low(method, 1 - ((1 - Confidence) / methods.Count)) > majority + Rounding)
            select (task.Key, Why: FormattableString.Invariant($"no method is above the majority class ({majority:0.00} %) beyond noise")))
            .ToDictionary(task => task.Key, task => task.Why);
    }

    private static double Low(List<ResultRow> method, double confidence) =>
        ScoreInterval.Of(method, confidence)?.Low ?? method.Average(row => row.Value);
}
