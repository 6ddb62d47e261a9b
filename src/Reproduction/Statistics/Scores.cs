namespace Reproduction.Statistics;

/// <summary>The scores that paired tests compute again on resampled predictions.</summary>
internal static class Scores
{
    /// <summary>The score of the examples at some indices.</summary>
    public static Func<Predictions, int[], double> Of(PredictionScore score) => score switch
    {
        PredictionScore.Accuracy => Accuracy,
        PredictionScore.Matthews => Matthews,
        PredictionScore.Pearson => Pearson,
        PredictionScore.Mean => (values, indices) => indices.Average(i => values.Predicted[i]),
        _ => throw new ArgumentOutOfRangeException(nameof(score), score, null),
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
