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
    /// <returns>
    /// Every metric of <see cref="GlueTask.Metrics"/>, in that order, as a fraction of 1; NaN where a prediction or a label is NaN.
    /// </returns>
    /// <exception cref="ArgumentException">A prediction or a label of a classification task is no class index.</exception>
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
        "accuracy" => OfClasses(ClassificationMetrics.Accuracy, predictions, labels),
        "f1" => OfClasses(ClassificationMetrics.F1, predictions, labels),
        "matthews_correlation" => OfClasses(ClassificationMetrics.Matthews, predictions, labels),
        "pearson" => CorrelationMetrics.Pearson(predictions, labels),
        "spearmanr" => CorrelationMetrics.Spearman(predictions, labels),
        _ => throw new ArgumentException($"unknown metric '{name}'", nameof(name)),
    };

    private static double OfClasses(
        Func<ReadOnlySpan<int>, ReadOnlySpan<int>, double> metric, ReadOnlySpan<float> predictions, ReadOnlySpan<float> labels) =>
        Classes(predictions) is { } predicted && Classes(labels) is { } expected ? metric(predicted, expected) : double.NaN;

    // Null where a value is NaN.
    private static int[]? Classes(ReadOnlySpan<float> values)
    {
        var classes = new int[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (float.IsNaN(values[i]))
            {
                return null;
            }

            classes[i] = (int)values[i];
            if (classes[i] != values[i] || classes[i] < 0)
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"example {i}: found the class {values[i]}, expected a class index"));
            }
        }

        return classes;
    }
}
