using System.Globalization;
using MathNet.Numerics.Distributions;
using Reproduction.Statistics;

namespace Reproduction.Published;

/// <summary>
/// Sets measured values beside published ones. A difference of at most 1 % of the published value (or the reading error of
/// a figure) counts as reproduced; a larger one is within noise while the published value lies in the 95 % interval in
/// which one more run would be expected.
/// </summary>
public sealed class Comparison
{
    /// <summary>The relative difference that counts as reproduced.</summary>
    public const double Tolerance = 0.01;

    private const double Confidence = 0.95;

    private readonly Profile profile;
    private readonly IReadOnlyList<ResultRow> rows;
    private readonly ILookup<object, ResultRow> measured;
    private readonly Func<PublishedValue, string> whyNotRun;

    /// <param name="profile">The profile that was measured; scores are compared at paper scale only.</param>
    /// <param name="rows">Measured and derived values, and those computed from shapes (<see cref="PlannedRows"/>).</param>
    /// <param name="whyNotRun">Says why nothing was measured for a published value.</param>
    public Comparison(Profile profile, IEnumerable<ResultRow> rows, Func<PublishedValue, string> whyNotRun)
    {
        (this.profile, this.rows, this.whyNotRun) = (profile, [.. rows], whyNotRun);
        measured = this.rows.ToLookup(row => (object)(row.Method, row.Task, row.Step, row.Metric));
    }

    /// <summary>Compares one value.</summary>
    public ComparisonRow Compare(PublishedValue published)
    {
        var rows = Rows(published);
        if (rows.Count == 0)
        {
            return new ComparisonRow(published, null, new Verdict(VerdictKind.NotRun, whyNotRun(published)));
        }

        var value = Measure(rows, published.StandardError);
        return new ComparisonRow(published, value, Judge(published, value));
    }

    /// <summary>What was measured for a table's columns with methods that the table does not have.</summary>
    /// <param name="published">Published values of any artefacts.</param>
    public IEnumerable<UnpublishedValue> Unpublished(IReadOnlyCollection<PublishedValue> published)
    {
        foreach (var artefact in published.GroupBy(value => value.Artefact))
        {
            var methods = artefact.Select(value => value.Method).ToHashSet();
            var columns = artefact.Where(value => value.Step is null).Select(value => (value.Task, value.Metric)).ToHashSet();
            var values = rows
                .Where(row => row.Step is null && !methods.Contains(row.Method) && columns.Contains((row.Task, row.Metric)))
                .GroupBy(row => (row.Method, row.Rank, row.Task, row.Metric))
                .Select(group => new UnpublishedValue(artefact.Key, group.Key.Method, group.Key.Task, group.Key.Metric, Measure([.. group], null)))
                .ToList();
            var run = values.Where(value => value.Measured.Seeds > 0).Select(value => value.Method).ToHashSet();
            foreach (var value in values.Where(value => run.Contains(value.Method)))
            {
                yield return value;
            }
        }
    }

    // A small model has small ranks: where it has one rank only, that one stands beside the published one.
    private List<ResultRow> Rows(PublishedValue published)
    {
        var anyRank = measured[(published.Method, published.Task, published.Step, published.Metric)].ToList();
        var sameRank = anyRank.FindAll(row => row.Rank == published.Rank);
        return sameRank.Count > 0 || profile.IsPaperScale || anyRank.DistinctBy(row => row.Rank).Count() > 1 ? sameRank : anyRank;
    }

    private MeasuredValue Measure(List<ResultRow> rows, double? standardError)
    {
        var values = rows.Select(row => row.Value).ToList();
        var mean = values.Average();
        double? halfWidth = null;
        if (!profile.IsPaperScale)
        {
            // The published run is one of another model: it says nothing about where ours lies.
            halfWidth = rows.Count > 1 ? Sample.MeanInterval(values, Confidence).HalfWidth : Normal.InvCDF(0, 1, (1 + Confidence) / 2) * rows[0].StandardError;
        }
        else if (rows.Count > 1)
        {
            // The published value is itself one noisy run, with the spread of our seeds; its own standard error, if it has
            // one, is that of its test rows and does not know the seed.
            var deviation = Sample.StandardDeviation(values);
            var publishedError = Math.Max(standardError ?? 0, deviation);
            halfWidth = StudentT.InvCDF(0, 1, rows.Count - 1, (1 + Confidence) / 2)
                * Math.Sqrt((deviation * deviation / rows.Count) + (publishedError * publishedError));
        }
        else if (rows[0].StandardError is { } error)
        {
            // Without a published standard error, the published run is taken to be as noisy as ours.
            var publishedError = standardError ?? error;
            halfWidth = Normal.InvCDF(0, 1, (1 + Confidence) / 2) * Math.Sqrt((error * error) + (publishedError * publishedError));
        }

        return new MeasuredValue(mean, rows[0].Rank, rows.Count(row => row.Seed is not null), halfWidth, rows[0].Unit);
    }

    private Verdict Judge(PublishedValue published, MeasuredValue measured)
    {
        if (measured.Unit != published.Unit)
        {
            return new Verdict(VerdictKind.NotComparable, $"measured in \"{measured.Unit}\", published in \"{published.Unit}\"");
        }

        if (!double.IsFinite(measured.Mean))
        {
            return new Verdict(VerdictKind.NotComparable, "the measured value is not a number");
        }

        var difference = measured.Mean - published.Value;
        var further = new Verdict(difference < 0 ? VerdictKind.Lower : VerdictKind.Higher);
        if (PlannedRows.IsPlanned(published.Metric))
        {
            return PrintsAs(measured.Mean, published) ? new Verdict(VerdictKind.Reproduced) : further;
        }

        if (!profile.IsPaperScale)
        {
            var rank = measured.Rank == published.Rank ? "" : string.Create(CultureInfo.InvariantCulture, $", rank {measured.Rank}");
            return new Verdict(VerdictKind.NotComparable, $"{profile.Name} profile: smaller model{rank}");
        }

        var tolerance = Math.Max(Tolerance * Math.Abs(published.Value), published.ReadingError ?? 0);
        return Math.Abs(difference) <= tolerance ? new Verdict(VerdictKind.Reproduced)
            : measured.HalfWidth is not { } halfWidth ? further with { Why = "a single run without standard error" }
            : Math.Abs(difference) <= halfWidth ? new Verdict(VerdictKind.WithinNoise)
            : further;
    }

    // Tables print truncated as well as rounded values.
    private static bool PrintsAs(double value, PublishedValue published)
    {
        var scale = Math.Pow(10, published.Decimals);
        var printed = Math.Round(published.Value * scale);
        return Math.Round(value * scale, MidpointRounding.AwayFromZero) == printed || Math.Truncate(value * scale) == printed;
    }
}
