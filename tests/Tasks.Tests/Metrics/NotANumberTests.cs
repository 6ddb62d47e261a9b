using Tasks.Glue;
using Tasks.Metrics;
using TorchSharp;
using Training.Data;
using static TorchSharp.torch;

namespace Tasks.Tests.Metrics;

/// <summary>A prediction that is no number gives a score that is none.</summary>
public sealed class NotANumberTests
{
    public static TheoryData<string> Tasks => [.. GlueTask.All.Select(task => task.Name)];

    [Fact]
    public void Correlations_of_nan_are_nan_on_either_side()
    {
        float[] good = [1, 2, 3, 4];
        for (var i = 0; i < good.Length; i++)
        {
            float[] bad = [.. good];
            bad[i] = float.NaN;

            Assert.Equal(double.NaN, CorrelationMetrics.Spearman(bad, good));
            Assert.Equal(double.NaN, CorrelationMetrics.Spearman(good, bad));
            Assert.Equal(double.NaN, CorrelationMetrics.Pearson(bad, good));
            Assert.Equal(double.NaN, CorrelationMetrics.Pearson(good, bad));
        }

        Assert.Equal(double.NaN, CorrelationMetrics.Spearman([float.NaN, float.NaN, float.NaN, float.NaN], good));
        // Infinite scores have ranks.
        Assert.Equal(1, CorrelationMetrics.Spearman([float.NegativeInfinity, 2, 3, float.PositiveInfinity], good), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void One_nan_among_the_predictions_leaves_no_metric_of_a_task(string name)
    {
        var task = GlueTask.Parse(name);

        var metrics = GlueMetrics.Compute(task, [0, 1, float.NaN, 1, 0], [0, 1, 0, 1, 1]);

        Assert.All(metrics.Values, value => Assert.Equal(double.NaN, value));
        Assert.All(GlueMetrics.Compute(task, [0, 1, 0, 1, 0], [0, 1, float.NaN, 1, 1]).Values, value => Assert.Equal(double.NaN, value));
    }

    [Fact]
    public void A_prediction_that_is_no_class_is_refused()
    {
        var exception = Assert.Throws<ArgumentException>(() => GlueMetrics.Compute(GlueTask.Rte, [0, 0.7f], [0, 1]));

        Assert.Contains("0.7", exception.Message);
        Assert.Contains("class index", exception.Message);
        Assert.Throws<ArgumentException>(() => GlueMetrics.Compute(GlueTask.Rte, [0, float.PositiveInfinity], [0, 1]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Logits_that_are_nan_predict_no_class(int output)
    {
        var examples = Enumerable.Range(0, 4).Select(i => new GlueExample("a", null, i % 2)).ToList();
        var values = new float[4, 2] { { 2, 1 }, { 1, 2 }, { 2, 1 }, { 1, 2 } };
        values[2, output] = float.NaN;

        var result = GlueEvaluator.Evaluate(GlueTask.Cola, examples, Batches.Sequential(4, 3), batch => tensor(values)[tensor(
            batch.Select(example => (long)example).ToArray())]);

        Assert.Equal([0, 1, float.NaN, 1], result.Predictions);
        Assert.Equal(double.NaN, result.Loss);
        Assert.All(result.Metrics.Values, value => Assert.Equal(double.NaN, value));
    }
}
