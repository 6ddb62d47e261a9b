using System.Text.Json;
using Tasks.Glue;
using Tasks.Metrics;

namespace Tasks.Tests.Metrics;

public sealed class MetricTests
{
    [Fact]
    public void Classification_metrics_equal_scikit_learn()
    {
        foreach (var entry in Fixtures.Json("metrics", "metrics.json").GetProperty("classification").EnumerateArray())
        {
            var (labels, predictions) = (entry.GetProperty("labels").Ints(), entry.GetProperty("predictions").Ints());

            Close(entry.GetProperty("accuracy"), ClassificationMetrics.Accuracy(predictions, labels), 1e-12);
            Close(entry.GetProperty("matthews"), ClassificationMetrics.Matthews(predictions, labels), 1e-12);
            if (entry.TryGetProperty("f1", out var f1))
            {
                Close(f1, ClassificationMetrics.F1(predictions, labels), 1e-12);
            }
        }
    }

    [Fact]
    public void Correlations_equal_scipy()
    {
        foreach (var entry in Fixtures.Json("metrics", "metrics.json").GetProperty("regression").EnumerateArray())
        {
            var labels = Array.ConvertAll(entry.GetProperty("labels").Doubles(), value => (float)value);
            var predictions = Array.ConvertAll(entry.GetProperty("predictions").Doubles(), value => (float)value);

            Close(entry.GetProperty("pearson"), CorrelationMetrics.Pearson(predictions, labels), 1e-9);
            Close(entry.GetProperty("spearman"), CorrelationMetrics.Spearman(predictions, labels), 1e-9);
        }
    }

    [Fact]
    public void Standard_errors_equal_lm_eval()
    {
        foreach (var entry in Fixtures.Json("metrics", "metrics.json").GetProperty("stderr").EnumerateArray())
        {
            var (correct, n) = (entry.GetProperty("correct").GetInt32(), entry.GetProperty("n").GetInt32());
            Close(entry.GetProperty("stderr"), ClassificationMetrics.AccuracyStandardError(correct, n), 1e-12);
        }
    }

    [Fact]
    public void Every_task_reports_its_official_metrics()
    {
        float[] classes = [0, 1, 1, 0], scores = [0, 2.5f, 4, 1];

        Assert.Equal(["accuracy", "f1"], GlueMetrics.Compute(GlueTask.Mrpc, classes, classes).Keys);
        Assert.Equal(["matthews_correlation"], GlueMetrics.Compute(GlueTask.Cola, classes, classes).Keys);
        Assert.Equal(["pearson", "spearmanr"], GlueMetrics.Compute(GlueTask.Stsb, scores, scores).Keys);
        Assert.All(
            GlueTask.All.SelectMany(
                task => GlueMetrics.Compute(task, task.IsRegression ? scores : classes, task.IsRegression ? scores : classes)),
            metric => Assert.Equal(1, metric.Value, 1e-12));
    }

    [Fact]
    public void Predictions_and_labels_have_to_be_pairs()
    {
        Assert.Throws<ArgumentException>(() => ClassificationMetrics.Accuracy([1], [1, 0]));
        Assert.Throws<ArgumentException>(() => CorrelationMetrics.Pearson([], []));
    }

    private static void Close(JsonElement expected, double found, double tolerance) =>
        Assert.Equal(expected.ValueKind == JsonValueKind.Null ? double.NaN : expected.GetDouble(), found, tolerance);
}
