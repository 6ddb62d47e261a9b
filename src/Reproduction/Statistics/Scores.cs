namespace Reproduction.Statistics;

/// <summary>The scores that paired tests compute again on resampled predictions.</summary>
internal static class Scores
{
    /// <summary>The score of the examples at some indices, by the metric's name in results; null for metrics without predictions.</summary>
    public static Func<Predictions, int[], double>? Of(string metric) => metric switch
    {
        "accuracy" => Accuracy,
        "matthews" => Matthews,
        "pearson" => Pearson,
        _ => null,
    };

    private static double Accuracy(Predictions answers, int[] indices) =>
        indices.Count(i => answers.Predicted[i] == answers.Expected[i]) / (double)indices.Length;

    // For two classes the Matthews correlation is Pearson's; it is 0 where one side is constant.
    private static double Matthews(Predictions answers, int[] indices) =>
        Pearson(answers, indices) is var correlation && double.IsNaN(correlation) ? 0 : correlation;

    private static double Pearson(Predictions answers, int[] indices)
    {
        var (meanX, meanY) = (indices.Average(i => answers.Predicted[i]), indices.Average(i => answers.Expected[i]));
        var (xx, yy, xy) = (0.0, 0.0, 0.0);
        foreach (var i in indices)
        {
            var (x, y) = (answers.Predicted[i] - meanX, answers.Expected[i] - meanY);
            (xx, yy, xy) = (xx + (x * x), yy + (y * y), xy + (x * y));
        }

        return xy / Math.Sqrt(xx * yy);
    }
}
