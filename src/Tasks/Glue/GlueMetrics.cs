using Tasks.Metrics;

namespace Tasks.Glue;

/// <summary>The official metrics of a GLUE task, by their Hugging Face names.</summary>
public static class GlueMetrics
{
    /// <summary>A metric's name in data/published; Hugging Face's are longer.</summary>
    public static string PublishedName(string metric) => metric switch
    {
        "matthews_correlation" => "matthews",
        "spearmanr" => "spearman",
        _ => metric,
    };

    /// <param name="task">The task.</param>
    /// <param name="predictions">Class indices, or the scores of a regression task, one per example.</param>
    /// <param name="labels">The labels, as <see cref="GlueExample.Label"/>.</param>
    /// <returns>Every metric of <see cref="GlueTask.Metrics"/>, in that order, as a fraction of 1.</returns>
    public static IReadOnlyDictionary<string, double> Compute(
        GlueTask task, ReadOnlySpan<float> predictions, ReadOnlySpan<float> labels)
    {
        var metrics = new Dictionary<string, double>();
        foreach (var name in task.Metrics)
        {
            metrics.Add(name, Compute(name, predictions, labels));
        }

        return metrics;
    }

    private static double Compute(string name, ReadOnlySpan<float> predictions, ReadOnlySpan<float> labels) => name switch
    {
        "accuracy" => ClassificationMetrics.Accuracy(Classes(predictions), Classes(labels)),
        "f1" => ClassificationMetrics.F1(Classes(predictions), Classes(labels)),
        "matthews_correlation" => ClassificationMetrics.Matthews(Classes(predictions), Classes(labels)),
        "pearson" => CorrelationMetrics.Pearson(predictions, labels),
        "spearmanr" => CorrelationMetrics.Spearman(predictions, labels),
        _ => throw new ArgumentException($"unknown metric '{name}'", nameof(name)),
    };

    private static int[] Classes(ReadOnlySpan<float> values)
    {
        var classes = new int[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            classes[i] = (int)values[i];
        }

        return classes;
    }
}
