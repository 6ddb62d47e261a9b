using Tasks.Glue;
using TorchSharp;
using Training.Data;
using static TorchSharp.torch;

namespace Tasks.Tests.Glue;

public sealed class GlueEvaluatorTests
{
    [Fact]
    public void Logits_become_predictions_metrics_and_the_mean_loss_in_any_order()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var logits = randn(7, 3, generator: generator);
        var labels = new long[] { 0, 2, 1, 1, 0, 2, 2 };
        var examples = labels.Select(label => new GlueExample("a", "b", label)).ToList();
        var expectedLoss = nn.functional.cross_entropy(logits, tensor(labels)).item<float>();

        var sequential = GlueEvaluator.Evaluate(GlueTask.Mnli, examples, Batches.Sequential(7, 3), Logits);
        var shuffled = GlueEvaluator.Evaluate(GlueTask.Mnli, examples, [[5, 4], [2, 0], [6, 1], [3]], Logits);

        Assert.Equal(expectedLoss, sequential.Loss, 1e-6);
        Assert.Equal(logits.argmax(1).data<long>().ToArray(), sequential.Predictions.Select(value => (long)value));
        Assert.Equal(sequential.Predictions, shuffled.Predictions);
        Assert.Equal(sequential.Loss, shuffled.Loss);
        Assert.Equal(
            sequential.Predictions.Zip(labels).Count(pair => pair.First == pair.Second) / 7.0, sequential.Metrics["accuracy"], 1e-12);

        Tensor Logits(int[] batch) => logits.index_select(0, tensor(batch.Select(example => (long)example).ToArray()));
    }

    [Fact]
    public void A_regression_task_has_squared_error_and_correlations()
    {
        var examples = new[] { 0f, 2.5f, 5f }.Select(score => new GlueExample("a", "b", score)).ToList();

        var result = GlueEvaluator.Evaluate(
            GlueTask.Stsb, examples, Batches.Sequential(3, 2), batch => tensor(
                batch.Select(example => example + 1f).ToArray(), [batch.Length, 1]));

        Assert.Equal((1 + 0.25 + 4) / 3, result.Loss, 1e-12);
        Assert.Equal([1, 2, 3], result.Predictions);
        Assert.Equal(1, result.Metrics["pearson"], 1e-12);
    }

    [Fact]
    public void Logits_of_another_shape_and_missing_examples_are_refused()
    {
        var examples = Enumerable.Repeat(new GlueExample("a", null, 1), 4).ToList();

        Assert.Contains(
            "found logits of shape [2, 3], expected [2, 2]", Message(Batches.Sequential(4, 2), batch => zeros(batch.Length, 3)));
        Assert.Contains("no batch contains example 2 of 4", Message(Batches.Sequential(2, 2), batch => zeros(batch.Length, 2)));

        string Message(IReadOnlyList<int[]> batches, Func<int[], Tensor> logits) =>
            Assert.Throws<ArgumentException>(() => GlueEvaluator.Evaluate(GlueTask.Cola, examples, batches, logits)).Message;
    }
}
