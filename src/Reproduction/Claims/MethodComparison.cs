using Reproduction.Statistics;

namespace Reproduction.Claims;

/// <summary>A subject's value minus a rival's, with the sign that noise leaves standing.</summary>
/// <param name="Subject">The subject's mean.</param>
/// <param name="Rival">The rival's mean, multiplied with the claim's factor.</param>
/// <param name="Sign">-1, 0 or 1: the difference's sign where it is beyond noise or exact; null where noise may explain it.</param>
/// <param name="Basis">What decides: seeds, a paired test, standard errors, or exact values.</param>
internal sealed record MethodComparison(double Subject, double Rival, int? Sign, string Basis)
{
    private const double Confidence = 0.95;

    /// <summary>Compares the values of one metric on one task.</summary>
    /// <param name="subject">The subject's rows, one a seed.</param>
    /// <param name="rival">The rival's rows, one a seed.</param>
    /// <param name="factor">What the rival's values are multiplied with.</param>
    /// <param name="exact">Whether the values have no noise.</param>
    /// <param name="predictions">The predictions behind a row, or null.</param>
    public static MethodComparison Of(
        IReadOnlyList<ResultRow> subject, IReadOnlyList<ResultRow> rival, double factor, bool exact, Func<ResultRow, Predictions?> predictions)
    {
        var (a, b) = (subject.Average(row => row.Value), factor * rival.Average(row => row.Value));
        var common = (from x in subject join y in rival on x.Seed equals y.Seed select (Subject: x, Rival: y)).ToList();
        var (sign, basis) = exact ? (Math.Sign(a - b), "exact")
            : common.Count > 1 ? Seeds([.. common.Select(pair => pair.Subject.Value - (factor * pair.Rival.Value))])
            : common.Count == 1 ? OneSeed(common[0].Subject, common[0].Rival, factor, predictions)
            : (null, "no common seed");
        return new MethodComparison(a, b, sign, basis);
    }

    private static (int? Sign, string Basis) Seeds(List<double> differences) =>
        (Outside(Sample.MeanInterval(differences, Confidence)), $"{differences.Count} seeds, paired t");

    private static (int? Sign, string Basis) OneSeed(ResultRow subject, ResultRow rival, double factor, Func<ResultRow, Predictions?> predictions)
    {
        if (factor == 1 && Scores.Of(subject.Metric) is { } score && predictions(subject) is { } first && predictions(rival) is { } second
            && first.Expected.SequenceEqual(second.Expected))
        {
            if (subject.Metric == "accuracy")
            {
                return (McNemar(first, second), "one seed, McNemar");
            }

            var interval = Bootstrap.Interval(first.Expected.Count, indices => score(first, indices) - score(second, indices), Confidence);
            return (Outside(interval), "one seed, paired bootstrap");
        }

        if (subject.StandardError is not { } x || rival.StandardError is not { } y)
        {
            return (null, "one seed, no standard error");
        }

        var half = Normal.Quantile((1 + Confidence) / 2) * Math.Sqrt((x * x) + (factor * factor * y * y));
        var difference = subject.Value - (factor * rival.Value);
        return (Outside(new Interval(difference - half, difference + half)), "one seed, standard errors");
    }

    private static int? McNemar(Predictions first, Predictions second)
    {
        var (onlyFirst, onlySecond) = (0, 0);
        for (var i = 0; i < first.Expected.Count; i++)
        {
            var (a, b) = (first.Predicted[i] == first.Expected[i], second.Predicted[i] == second.Expected[i]);
            onlyFirst += a && !b ? 1 : 0;
            onlySecond += b && !a ? 1 : 0;
        }

        return Proportion.McNemar(onlyFirst, onlySecond) < 1 - Confidence ? Math.Sign(onlyFirst - onlySecond) : null;
    }

    // A resample on which a correlation is undefined leaves no interval.
    private static int? Outside(Interval difference) =>
        difference.Contains(0) || double.IsNaN(difference.Low + difference.High) ? null : Math.Sign(difference.Low);
}
