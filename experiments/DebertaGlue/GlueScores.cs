using Experiments.Shared;
using Reproduction;
using Tasks.Glue;
using Tasks.Metrics;
using Training;

namespace DebertaGlue;

/// <summary>The scores of a trial, and their averages.</summary>
internal static class GlueScores
{
    /// <summary>A metric's name in data/published; Hugging Face's are longer.</summary>
    public static string Published(string metric) => metric switch
    {
        "matthews_correlation" => "matthews",
        "spearmanr" => "spearman",
        _ => metric,
    };

    /// <summary>The scores of what was kept and, where that is an earlier checkpoint, of the last step.</summary>
    public static IEnumerable<MetricRow> Of(GlueDataset data, TrainingResult result)
    {
        var n = data.Development.Examples.Count;
        return data.Task.Metrics.Select(metric => Row(metric, "", result.Kept))
            .Concat(result.Kept.Step == result.Last.Step ? [] : data.Task.Metrics.Select(metric => Row(metric, "_last", result.Last)));

        MetricRow Row(string metric, string suffix, EvaluationPoint point)
        {
            var value = point.Result.Metrics[metric];
            double? error = metric == "accuracy" ? 100 * ClassificationMetrics.AccuracyStandardError((int)Math.Round(value * n), n) : null;
            return new MetricRow(Published(metric) + suffix, 100 * value, "%", N: n, StandardError: error);
        }
    }

    /// <summary>The predictions of what was kept.</summary>
    public static Predictions Predictions(GlueDataset data, TrainingResult result)
    {
        var metric = Published(data.Task.ReportedMetric);
        var score = metric switch
        {
            "matthews" => PredictionScore.Matthews,
            "pearson" => PredictionScore.Pearson,
            _ => PredictionScore.Accuracy,
        };
        var kept = (GlueEvaluation)((PenalizedEvaluation)result.Kept.Result).Task;
        return new Predictions(
            metric, score, [.. kept.Predictions.Select(value => (double)value)], [.. data.Development.Examples.Select(example => (double)example.Label)]);
    }

    /// <summary>The average over the eight tasks, for each method and seed that has all of them.</summary>
    public static IEnumerable<ResultRow> Averages(IReadOnlyList<ResultRow> rows)
    {
        var reported = GlueTask.All.ToDictionary(task => task.Name, task => Published(task.ReportedMetric));
        return rows
            .Where(row => row.Step is null && reported.TryGetValue(row.Task, out var metric) && metric == row.Metric)
            .GroupBy(row => (row.Method, row.Variant, row.Rank, row.Seed))
            .Where(group => group.Count() == reported.Count)
            .Select(group => group.First() with { Task = "avg", Metric = "score", Value = group.Average(row => row.Value), N = null, StandardError = null });
    }
}
