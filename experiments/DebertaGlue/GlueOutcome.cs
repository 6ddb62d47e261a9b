using Reproduction;
using SpectralAdapters;
using Tasks.Glue;
using Tasks.Metrics;
using Training;
using static TorchSharp.torch;

namespace DebertaGlue;

/// <summary>What a trial hands to the harness.</summary>
internal static class GlueOutcome
{
    // Scores after the last step, where an earlier checkpoint was kept.
    private const string LastSuffix = "_last";

    private const int CurvePoints = 200;

    // The names of data/published; Hugging Face's are longer.
    private static readonly Dictionary<string, string> PublishedNames = new()
    {
        ["matthews_correlation"] = "matthews",
        ["spearmanr"] = "spearman",
    };

    /// <param name="data">The task's rows.</param>
    /// <param name="counts">The model's parameters.</param>
    /// <param name="result">What came of the training.</param>
    /// <param name="meanRank">The mean rank that AdaLoRA's allocator has left; null without one.</param>
    /// <param name="withLossCurve">Whether the training loss is wanted step by step.</param>
    public static TrialResult Of(GlueDataset data, ParameterCounts counts, TrainingResult result, double? meanRank, bool withLossCurve)
    {
        var task = data.Task;
        var n = data.Development.Examples.Count;
        var kept = ((PenalisedEvaluation)result.Kept!.Result).Glue;
        var metrics = task.Metrics.Select(name => Score(PublishedName(name), name, kept.Metrics[name], n)).ToList();
        if (result.Kept.Step != result.Last!.Step)
        {
            metrics.AddRange(task.Metrics.Select(name => Score(PublishedName(name) + LastSuffix, name, result.Last.Result.Metrics[name], n)));
        }

        metrics.Add(new MetricRow("evaluation_loss", kept.Loss, N: n));
        metrics.Add(new MetricRow("kept_step", result.Kept.Step));
        metrics.Add(new MetricRow("trainable_parameters", counts.Trainable));
        metrics.Add(new MetricRow("trainable_share", 100 * counts.Share, "%"));
        metrics.Add(new MetricRow("rows_per_second", result.ExamplesPerSecond, "1/s"));
        metrics.Add(new MetricRow("peak_memory", result.PeakMemoryBytes, "bytes"));
        if (meanRank is { } rank)
        {
            metrics.Add(new MetricRow("mean_rank", rank));
        }

        if (withLossCurve)
        {
            metrics.AddRange(LossCurve(result));
        }

        return new TrialResult(metrics)
        {
            Predictions = [Predictions(task, data, kept)],
            Facts = new Dictionary<string, string>
            {
                ["libtorch"] = __version__,
                ["rows"] = data.Notes.Count == 0 ? "" : $"{task.Folder}: {string.Join("; ", data.Notes)}",
            },
        };
    }

    /// <summary>What a rate of the tuning gives at which training diverged: the worst of losses and no score.</summary>
    /// <param name="task">The task.</param>
    /// <param name="steps">The steps that were to be taken.</param>
    public static TrialResult Diverged(GlueTask task, int steps) => new(
    [
        new MetricRow(PublishedName(task.ReportedMetric), double.NaN, "%"),
        new MetricRow("evaluation_loss", double.PositiveInfinity),
        new MetricRow("kept_step", steps),
    ]);

    /// <summary>The average over the eight tasks, for each method and seed that has all of them.</summary>
    public static IEnumerable<ResultRow> Averages(IReadOnlyList<ResultRow> rows)
    {
        var reported = GlueTask.All.ToDictionary(task => task.Name, task => PublishedName(task.ReportedMetric));
        return rows
            .Where(row => row.Step is null && reported.TryGetValue(row.Task, out var metric) && metric == row.Metric)
            .GroupBy(row => (row.Method, row.Rank, row.Seed))
            .Where(group => group.Count() == reported.Count)
            .Select(group => group.First() with { Task = "avg", Metric = "score", Value = group.Average(row => row.Value), N = null, StandardError = null });
    }

    private static MetricRow Score(string reported, string metric, double value, int n)
    {
        double? error = metric == "accuracy" ? 100 * ClassificationMetrics.AccuracyStandardError((int)Math.Round(value * n), n) : null;
        return new MetricRow(reported, 100 * value, "%", N: n, StandardError: error);
    }

    // Means over equal stretches of the run: a curve of every step would dwarf the table.
    private static IEnumerable<MetricRow> LossCurve(TrainingResult result)
    {
        var stretch = Math.Max(1, (result.Steps.Count + CurvePoints - 1) / CurvePoints);
        return result.Steps.Chunk(stretch).Select(steps => new MetricRow("training_loss", steps.Average(step => step.Loss), Step: steps[^1].Step));
    }

    private static Predictions Predictions(GlueTask task, GlueDataset data, GlueEvaluation kept) => new(
        PublishedName(task.ReportedMetric),
        [.. kept.Predictions.Select(prediction => (double)prediction)],
        [.. data.Development.Examples.Select(example => (double)example.Label)]);

    public static string PublishedName(string metric) => PublishedNames.GetValueOrDefault(metric, metric);
}
