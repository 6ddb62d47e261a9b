using Reproduction.Statistics;

namespace Reproduction.Claims;

/// <summary>A subject's value minus a rival's, with the sign that noise leaves standing.</summary>
/// <param name="Subject">The subject's mean.</param>
/// <param name="Rival">The rival's mean, multiplied with the claim's factor.</param>
/// <param name="Sign">-1, 0 or 1: the difference's sign where it is beyond noise or exact; null where noise may explain it.</param>
/// <param name="Basis">What decides: seeds, a paired test, standard errors, or exact values.</param>
internal sealed record MethodComparison(double Subject, double Rival, int? Sign, string Basis)
{
    /// <summary>Compares the values of one metric on one task.</summary>
    /// <param name="subject">The subject's rows, one for each seed.</param>
    /// <param name="rival">The rival's rows, one for each seed.</param>
    /// <param name="factor">What the rival's values are multiplied with.</param>
    /// <param name="exact">Whether the values have no noise.</param>
    /// <param name="predictions">The predictions behind a row, or null.</param>
    /// <param name="confidence">How sure the sign has to be, such as 0.95.</param>
    /// <exception cref="UserErrorException">A seed has several values.</exception>
    public static MethodComparison Of(
        IReadOnlyList<ResultRow> subject, IReadOnlyList<ResultRow> rival, double factor,
        bool exact, Func<ResultRow, Predictions?> predictions, double confidence)
    {
        ScoreInterval.RequireDistinct(subject);
        ScoreInterval.RequireDistinct(rival);
        var (a, b) = (subject.Average(row => row.Value), factor * rival.Average(row => row.Value));
        var common = (from x in subject join y in rival on x.Seed equals y.Seed select (Subject: x, Rival: y)).ToList();
        var (sign, basis) = (SeveralRanks(subject) ?? SeveralRanks(rival)) is { } ranks ? (null, ranks)
            : exact ? (Math.Sign(a - b), "exact")
            // A seed that collapsed counts: without it, the method would look better for having collapsed.
            : (Gaps(subject, rival) ?? Gaps(rival, subject)) is { } gaps ? (null, gaps)
            : common.Count > 1 ? Seeds([.. common.Select(pair => pair.Subject.Value - (factor * pair.Rival.Value))], confidence)
            : OneSeed(common[0].Subject, common[0].Rival, factor, predictions, confidence);
        return new MethodComparison(a, b, sign, basis);
    }

    private static string? SeveralRanks(IReadOnlyList<ResultRow> rows) =>
        rows.Select(row => row.Rank).Distinct().ToList() is { Count: > 1 } ranks
            ? $"{rows[0].Method} has several ranks: {string.Join(", ", ranks)}"
            : null;

    // What is missing of a method's values, or no number, where the other method has a value.
    private static string? Gaps(IReadOnlyList<ResultRow> rows, IReadOnlyList<ResultRow> others)
    {
        var finite = rows.Where(row => double.IsFinite(row.Value)).Select(row => row.Seed).ToHashSet();
        var gaps = others.Concat(rows).Select(row => row.Seed).Where(seed => !finite.Contains(seed)).Distinct().Order().ToList();
        return gaps.Count == 0 ? null : $"{rows[0].Method} has no number at seed {string.Join(", ", gaps)}";
    }

    private static (int? Sign, string Basis) Seeds(List<double> differences, double confidence) =>
        differences.Any(difference => difference != 0) && !ScoreInterval.HasSpread(differences)
            ? (null, $"{differences.Count} seeds without spread")
            : (Outside(Sample.MeanInterval(differences, confidence)), $"{differences.Count} seeds, paired t");

    private static (int? Sign, string Basis) OneSeed(
        ResultRow subject, ResultRow rival, double factor, Func<ResultRow, Predictions?> predictions, double confidence)
    {
        if (factor == 1 && predictions(subject) is { } first && predictions(rival) is { } second
            && first.Score == second.Score && first.Predicted.Count == second.Predicted.Count
            && first.Expected.SequenceEqual(second.Expected))
        {
            if ((Broken(subject, first) ?? Broken(rival, second)) is { } broken)
            {
                return (null, broken);
            }

            if (first.Score == PredictionScore.Accuracy)
            {
                return (McNemar(first, second, confidence), "one seed, McNemar");
            }

            var score = Scores.Of(first.Score);
            var interval = Bootstrap.Interval(first.Predicted.Count, indices => score(first, indices) - score(second, indices), confidence);
            return interval.Low == interval.High
                ? (null, "one seed without spread")
                : (Outside(interval), "one seed, paired bootstrap");
        }

        if (ScoreInterval.OfTestSet([subject], confidence) is not { } x || ScoreInterval.OfTestSet([rival], confidence) is not { } y)
        {
            return (null, "one seed, no standard error");
        }

        // The ends of two independent intervals combined, as Newcombe (1998) does with those of proportions.
        var difference = subject.Value - (factor * rival.Value);
        return (
            Outside(new Interval(
                difference - Root(subject.Value - x.Low, factor * (y.High - rival.Value)),
                difference + Root(x.High - subject.Value, factor * (rival.Value - y.Low)))),
            "one seed, standard errors");

        static double Root(double a, double b) => Math.Sqrt((a * a) + (b * b));
    }

    private static string? Broken(ResultRow row, Predictions predictions) => predictions.Predicted.All(double.IsFinite)
        ? null
        : $"one seed, predictions of {row.Method} that are no numbers";

    private static int? McNemar(Predictions first, Predictions second, double confidence)
    {
        var (onlyFirst, onlySecond) = (0, 0);
        for (var i = 0; i < first.Expected.Count; i++)
        {
            var (a, b) = (first.Predicted[i] == first.Expected[i], second.Predicted[i] == second.Expected[i]);
            onlyFirst += a && !b ? 1 : 0;
            onlySecond += b && !a ? 1 : 0;
        }

        return Proportion.McNemar(onlyFirst, onlySecond) < 1 - confidence ? Math.Sign(onlyFirst - onlySecond) : null;
    }

    // A resample on which a correlation is undefined leaves no interval.
    private static int? Outside(Interval difference) =>
        difference.Contains(0) || double.IsNaN(difference.Low + difference.High) ? null : Math.Sign(difference.Low);
}
