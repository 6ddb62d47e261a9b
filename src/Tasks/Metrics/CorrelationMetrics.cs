namespace Tasks.Metrics;

/// <summary>
/// Pearson's and Spearman's correlation with scipy's conventions: NaN where one side is constant, or where a value is NaN.
/// </summary>
public static class CorrelationMetrics
{
    /// <summary>
    /// Pearson's r. Values are single precision, as the Hugging Face GLUE metric casts them; the arithmetic is double.
    /// </summary>
    /// <param name="predictions">Scores.</param>
    /// <param name="labels">Scores, the same number.</param>
    public static double Pearson(ReadOnlySpan<float> predictions, ReadOnlySpan<float> labels)
    {
        MetricInputs.RequireSameLength(predictions.Length, labels.Length);
        return Correlation(Widened(predictions), Widened(labels));
    }

    /// <summary>Spearman's rho: Pearson's r of the ranks, ties sharing their mean rank.</summary>
    /// <param name="predictions">Scores.</param>
    /// <param name="labels">Scores, the same number.</param>
    public static double Spearman(ReadOnlySpan<float> predictions, ReadOnlySpan<float> labels)
    {
        MetricInputs.RequireSameLength(predictions.Length, labels.Length);
        return Correlation(Ranks(predictions), Ranks(labels));
    }

    private static double Correlation(double[] x, double[] y)
    {
        if (x.All(value => value == x[0]) || y.All(value => value == y[0]))
        {
            return double.NaN;
        }

        var (meanX, meanY) = (x.Average(), y.Average());
        double xx = 0, yy = 0, xy = 0;
        for (var i = 0; i < x.Length; i++)
        {
            var (dx, dy) = (x[i] - meanX, y[i] - meanY);
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }

        return Math.Clamp(xy / (Math.Sqrt(xx) * Math.Sqrt(yy)), -1, 1);
    }

    // A value that is NaN has no rank, and neither do the others beside it.
    private static double[] Ranks(ReadOnlySpan<float> values)
    {
        var order = Enumerable.Range(0, values.Length).ToArray();
        var keys = values.ToArray();
        Array.Sort(keys, order);
        var ranks = new double[values.Length];
        if (float.IsNaN(keys[0]))
        {
            Array.Fill(ranks, double.NaN);
            return ranks;
        }

        for (var first = 0; first < keys.Length;)
        {
            var end = first + 1;
            while (end < keys.Length && keys[end] == keys[first])
            {
                end++;
            }

            foreach (var index in order.AsSpan(first, end - first))
            {
                ranks[index] = (first + 1 + end) / 2.0;
            }

            first = end;
        }

        return ranks;
    }

    private static double[] Widened(ReadOnlySpan<float> values)
    {
        var widened = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            widened[i] = values[i];
        }

        return widened;
    }
}
