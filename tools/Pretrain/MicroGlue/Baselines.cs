using Tasks.Glue;

namespace Pretrain.MicroGlue;

/// <summary>Scores without a neural network on a task, in the metric that the paper's Table 1 reports.</summary>
/// <param name="Majority">Always the most frequent class of the training split, or its mean score.</param>
/// <param name="BagOfWords">The bag of words.</param>
internal sealed record Baselines(double Majority, double BagOfWords)
{
    public static Baselines Of(GlueDataset data)
    {
        var labels = data.Train.Examples.Select(example => example.Label).ToList();
        double common = data.Task.IsRegression ? labels.Average() : labels.GroupBy(label => label).MaxBy(group => group.Count())!.Key;
        var words = new BagOfWords(data.Task, data.Train);
        return new Baselines(Score(data, _ => common), Score(data, words.Predict));
    }

    private static double Score(GlueDataset data, Func<GlueExample, double> predict)
    {
        float[] predictions = [.. data.Development.Examples.Select(example => (float)predict(example))];
        float[] labels = [.. data.Development.Examples.Select(example => example.Label)];
        return GlueMetrics.Compute(data.Task, predictions, labels)[data.Task.ReportedMetric];
    }
}
