namespace Tasks.Metrics;

/// <summary>Accuracy, F1 and Matthews' correlation with scikit-learn's conventions for the undefined cases.</summary>
public static class ClassificationMetrics
{
    /// <summary>The share of predictions that equal their label.</summary>
    /// <param name="predictions">Class indices.</param>
    /// <param name="labels">Class indices, the same number.</param>
    public static double Accuracy(ReadOnlySpan<int> predictions, ReadOnlySpan<int> labels)
    {
        MetricInputs.RequireSameLength(predictions.Length, labels.Length);
        var correct = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            correct += predictions[i] == labels[i] ? 1 : 0;
        }

        return (double)correct / labels.Length;
    }

    /// <summary>F1 of class 1, 2tp / (2tp + fp + fn); 0 where neither the predictions nor the labels contain that class.</summary>
    /// <param name="predictions">Class indices 0 and 1.</param>
    /// <param name="labels">Class indices 0 and 1, the same number.</param>
    public static double F1(ReadOnlySpan<int> predictions, ReadOnlySpan<int> labels)
    {
        MetricInputs.RequireSameLength(predictions.Length, labels.Length);
        var (both, either) = (0, 0);
        for (var i = 0; i < labels.Length; i++)
        {
            both += predictions[i] == 1 && labels[i] == 1 ? 1 : 0;
            either += (predictions[i] == 1 ? 1 : 0) + (labels[i] == 1 ? 1 : 0);
        }

        return either == 0 ? 0 : 2.0 * both / either;
    }

    /// <summary>
    /// Matthews' correlation coefficient for any number of classes (Gorodkin 2004); 0, not NaN, where the predictions or
    /// the labels are constant.
    /// </summary>
    /// <param name="predictions">Class indices from 0.</param>
    /// <param name="labels">Class indices from 0, the same number.</param>
    public static double Matthews(ReadOnlySpan<int> predictions, ReadOnlySpan<int> labels)
    {
        MetricInputs.RequireSameLength(predictions.Length, labels.Length);
        var predicted = new Dictionary<int, double>();
        var actual = new Dictionary<int, double>();
        double correct = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            predicted[predictions[i]] = predicted.GetValueOrDefault(predictions[i]) + 1;
            actual[labels[i]] = actual.GetValueOrDefault(labels[i]) + 1;
            correct += predictions[i] == labels[i] ? 1 : 0;
        }

        double n = labels.Length;
        var covariance = correct * n - actual.Sum(pair => pair.Value * predicted.GetValueOrDefault(pair.Key));
        var variances = (n * n - predicted.Values.Sum(count => count * count)) * (n * n - actual.Values.Sum(count => count * count));
        return variances == 0 ? 0 : covariance / Math.Sqrt(variances);
    }

    /// <summary>
    /// Standard error of an accuracy as lm_eval prints it, sqrt(p (1 - p) / (n - 1)); NaN for a single answer.
    /// </summary>
    /// <param name="correct">The number of correct answers.</param>
    /// <param name="count">The number of all answers.</param>
    public static double AccuracyStandardError(int correct, int count)
    {
        var p = (double)correct / count;
        return count < 2 ? double.NaN : Math.Sqrt(p * (1 - p) / (count - 1));
    }
}
