using MathNet.Numerics.Distributions;

namespace Reproduction.Statistics;

/// <summary>
/// Intervals of measured scores. None is empty: where the values have no spread, as with equal seeds, there is the interval of the test
/// set or none at all.
/// </summary>
public static class ScoreInterval
{
    // Beside rounding, values that are all the same have no spread to judge by.
    private const double NoSpread = 1e-9;

    // How close a standard error has to be to that of a proportion.
    private const double SameError = 1e-6;

    /// <summary>
    /// The interval of the mean over seeds: Student's, but nowhere narrower than that of the test set, which all seeds share. Of one run
    /// that of the test set. Null where nothing is known of the spread, or where a value is no number.
    /// </summary>
    /// <param name="rows">The values of one method and metric, one for each seed; at least one.</param>
    /// <param name="confidence">The confidence.</param>
    /// <exception cref="UserErrorException">A seed has several values.</exception>
    public static Interval? Of(IReadOnlyList<ResultRow> rows, double confidence = 0.95)
    {
        RequireDistinct(rows);
        var testSet = OfTestSet(rows, confidence);
        var values = rows.Select(row => row.Value).ToList();
        if (!HasSpread(values))
        {
            return testSet;
        }

        var seeds = Sample.MeanInterval(values, confidence);
        return testSet is { } own ? new Interval(Math.Min(own.Low, seeds.Low), Math.Max(own.High, seeds.High)) : seeds;
    }

    /// <summary>
    /// The interval of the mean of the rows from their standard errors alone, which are those of the test set. Of proportions it is
    /// Wilson's (1927), which is not empty where all answers are right. Null without standard errors.
    /// </summary>
    /// <param name="rows">The values of one method and metric; at least one.</param>
    /// <param name="confidence">The confidence.</param>
    public static Interval? OfTestSet(IReadOnlyList<ResultRow> rows, double confidence = 0.95)
    {
        var mean = rows.Average(row => row.Value);
        if (rows.All(IsProportion))
        {
            var (scale, n) = (Scale(rows[0]), rows.Min(row => row.N!.Value));
            var (low, high) = Proportion.Wilson(mean / scale, n, confidence);
            return new Interval(scale * low, scale * high);
        }

        if (rows.Any(row => row.StandardError is not (> 0 and < double.PositiveInfinity)) || !double.IsFinite(mean))
        {
            return null;
        }

        // The seeds share the examples, so that their mean is as unsure as each of them.
        var half = Normal.InvCDF(0, 1, (1 + confidence) / 2) * rows.Average(row => row.StandardError!.Value);
        return new Interval(mean - half, mean + half);
    }

    /// <summary>How far the farther end of <see cref="Of"/> lies from the mean; null where there is no interval.</summary>
    /// <inheritdoc cref="Of"/>
    public static double? HalfWidth(IReadOnlyList<ResultRow> rows, double confidence = 0.95) =>
        Of(rows, confidence) is { } interval && rows.Average(row => row.Value) is var mean
            ? Math.Max(mean - interval.Low, interval.High - mean)
            : null;

    /// <summary>Whether there are several numbers that differ by more than rounding.</summary>
    public static bool HasSpread(IReadOnlyList<double> values) =>
        values.Count > 1 && Sample.StandardDeviation(values) > NoSpread * values.Max(Math.Abs);

    /// <summary>Refuses rows of which two are values of the same thing: counted twice, they would make an interval too narrow.</summary>
    /// <exception cref="UserErrorException">There are such rows; the message names the first of them.</exception>
    public static void RequireDistinct(IReadOnlyList<ResultRow> rows)
    {
        var doubled = rows
            .GroupBy(row => (row.Method, row.Variant, row.Rank, row.PublishedRank, row.Task, row.Step, row.Metric, row.Seed))
            .FirstOrDefault(group => group.Count() > 1);
        if (doubled is null)
        {
            return;
        }

        var row = doubled.First();
        var name = row.Variant.Length == 0 ? row.Method : $"{row.Method} {row.Variant}";
        var task = row.Task.Length == 0 ? "" : $" on {row.Task}";
        var step = row.Step is { } s ? FormattableString.Invariant($" at step {s}") : "";
        var seed = row.Seed is { } number ? FormattableString.Invariant($" at seed {number}") : " without a seed";
        throw new UserErrorException(FormattableString.Invariant(
            $"{row.Experiment}, {row.Profile}: found {doubled.Count()} values of {row.Metric} of {name}{task}{step}{seed}, expected one."));
    }

    // A row says of how many examples it is the mean, and how sure that is; only of a proportion does the one follow from the other.
    private static bool IsProportion(ResultRow row)
    {
        var p = row.Value / Scale(row);
        if (row.N is not >= 1 || p is not (>= 0 and <= 1))
        {
            return false;
        }

        if (row.N == 1)
        {
            return p is 0 or 1 && row.StandardError is double.NaN;
        }

        return row.StandardError is { } error && Math.Abs((error / Scale(row)) - Math.Sqrt(p * (1 - p) / (row.N.Value - 1))) <= SameError;
    }

    private static double Scale(ResultRow row) => row.Unit == "%" ? 100 : 1;
}
