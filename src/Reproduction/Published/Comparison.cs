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

    private readonly Profile _profile;
    private readonly Side _measured;
    private readonly Side _reference;
    private readonly Func<PublishedValue, string> _whyNotRun;

    /// <param name="profile">The profile that was measured; scores are compared at paper scale only.</param>
    /// <param name="rows">Measured and derived values, and those computed from shapes (<see cref="PlannedRows"/>).</param>
    /// <param name="reference">Reference values of the same profile.</param>
    /// <param name="whyNotRun">Says why nothing was measured for a published value.</param>
    public Comparison(
        Profile profile, IEnumerable<ResultRow> rows, IEnumerable<ResultRow> reference, Func<PublishedValue, string> whyNotRun)
    {
        (_profile, _whyNotRun) = (profile, whyNotRun);
        (_measured, _reference) = (new Side(rows), new Side(reference));
    }

    /// <summary>Compares one value.</summary>
    public ComparisonRow Compare(PublishedValue published)
    {
        var reference = _reference.Of(published) is { Count: > 0 } stored ? Measure(stored, published.StandardError).Value : null;
        var rows = _profile.IsPaperScale && PlannedRows.IsPlanned(published.Metric) && _measured.Run(published) is { Count: > 0 } run
            ? run
            : _measured.Of(published);
        if (rows.Count == 0)
        {
            return new ComparisonRow(published, null, new Verdict(VerdictKind.NotRun, _whyNotRun(published))) { Reference = reference };
        }

        var (value, interval) = Measure(rows, published.StandardError);
        return new ComparisonRow(published, value, Judge(published, value, interval)) { Reference = reference };
    }

    /// <summary>What was measured for a table's columns with methods that the table does not have.</summary>
    /// <param name="published">Published values of any artefacts.</param>
    public IEnumerable<UnpublishedValue> Unpublished(IReadOnlyCollection<PublishedValue> published)
    {
        foreach (var artefact in published.GroupBy(value => value.Artefact))
        {
            var methods = artefact.Select(value => value.Method).ToHashSet();
            var columns = artefact.Where(value => value.Step is null).Select(value => (value.Task, value.Metric)).ToHashSet();
            var values = _measured.Rows
                .Where(row => row.Step is null && row.Variant.Length == 0
                    && !methods.Contains(row.Method) && columns.Contains((row.Task, row.Metric)))
                .GroupBy(row => (row.Method, row.Rank, row.Task, row.Metric))
                .Select(group =>
                    new UnpublishedValue(artefact.Key, group.Key.Method, group.Key.Task, group.Key.Metric, Measure([.. group], null).Value)
                    {
                        Reference = _reference.Like(group.First()) is { Count: > 0 } stored ? Measure(stored, null).Value : null,
                    })
                .ToList();
            var run = values.Where(value => !value.Measured.IsPlanned).Select(value => value.Method).ToHashSet();
            foreach (var value in values.Where(value => run.Contains(value.Method)))
            {
                yield return value;
            }
        }
    }

    private (MeasuredValue Value, Interval? Interval) Measure(List<ResultRow> rows, double? standardError)
    {
        var mean = rows.Average(row => row.Value);
        // The published run is one of another model at other profiles: it says nothing about where ours lies.
        var interval = _profile.IsPaperScale ? OfOneMoreRun(rows, mean, standardError) : ScoreInterval.Of(rows, Confidence);
        double? halfWidth = interval is { } ends ? Math.Max(mean - ends.Low, ends.High - mean) : null;
        return (
            new MeasuredValue(
                mean, rows[0].Rank, rows[0].PublishedRank, rows.Count(row => row.Seed is not null), halfWidth, rows[0].Unit),
            interval);
    }

    // The published value is itself one noisy run. Each end is that of our mean combined with the noise of the published run.
    private static Interval? OfOneMoreRun(List<ResultRow> rows, double mean, double? standardError)
    {
        if (ScoreInterval.Of(rows, Confidence) is not { } own)
        {
            return null;
        }

        var values = rows.Select(row => row.Value).ToList();
        var quantile = rows.Count > 1
            ? StudentT.InvCDF(0, 1, rows.Count - 1, (1 + Confidence) / 2)
            : Normal.InvCDF(0, 1, (1 + Confidence) / 2);

        // Its own standard error, if it has one, is that of its test rows and does not know the seed. Without one, the published run is
        // taken to be as noisy as one of ours.
        var seeds = rows.Count > 1 ? Sample.StandardDeviation(values) : 0;
        var testSet = standardError is null ? ScoreInterval.OfTestSet(rows, Confidence) : null;
        return new Interval(
            mean - End(mean - own.Low, mean - (testSet?.Low ?? mean)), mean + End(own.High - mean, (testSet?.High ?? mean) - mean));

        double End(double ours, double ofTestSet)
        {
            var published = Math.Max(quantile * Math.Max(standardError ?? 0, seeds), ofTestSet);
            return Math.Sqrt((ours * ours) + (published * published));
        }
    }

    private Verdict Judge(PublishedValue published, MeasuredValue measured, Interval? interval)
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
            return (PrintsAs(measured.Mean, published) ? new Verdict(VerdictKind.Reproduced) : further) with
            {
                Why = measured.IsPlanned ? "planned, from shapes" : "",
            };
        }

        if (!_profile.IsPaperScale)
        {
            var rank = measured.Rank == published.Rank ? "" : string.Create(CultureInfo.InvariantCulture, $", rank {measured.Rank}");
            return new Verdict(VerdictKind.NotComparable, $"{_profile.Name} profile: smaller model{rank}");
        }

        var tolerance = Math.Max(Tolerance * Math.Abs(published.Value), published.ReadingError ?? 0);
        return Math.Abs(difference) <= tolerance ? new Verdict(VerdictKind.Reproduced)
            : interval is not { } noise ? further with { Why = Unknown(measured.Seeds) }
            : noise.Contains(published.Value) ? new Verdict(VerdictKind.WithinNoise)
            : further;

        static string Unknown(int seeds) => seeds > 1
            ? string.Create(CultureInfo.InvariantCulture, $"{seeds} seeds without spread")
            : "a single run without standard error";
    }

    // Tables print truncated as well as rounded values.
    private static bool PrintsAs(double value, PublishedValue published)
    {
        var scale = Math.Pow(10, published.Decimals);
        var printed = Math.Round(published.Value * scale);
        return Math.Round(value * scale, MidpointRounding.AwayFromZero) == printed || Math.Truncate(value * scale) == printed;
    }

    /// <summary>Values by what they may stand beside.</summary>
    private sealed class Side
    {
        private readonly ILookup<object, ResultRow> _byKey;

        public Side(IEnumerable<ResultRow> rows)
        {
            Rows = [.. rows];
            _byKey = Rows.Where(row => row.Variant.Length == 0)
                .ToLookup(row => (object)(row.Method, row.PublishedRank, row.Task, row.Step, row.Metric));
        }

        public IReadOnlyList<ResultRow> Rows { get; }

        public List<ResultRow> Of(PublishedValue published) =>
            [.. _byKey[(published.Method, published.Rank, published.Task, published.Step, published.Metric)]];

        /// <summary>
        /// What trials on any task report of a quantity that follows from shapes: one value for each seed, of the first task.
        /// </summary>
        public List<ResultRow> Run(PublishedValue published) =>
        [
            .. Rows.Where(row => row is { Seed: not null, Step: null, Variant.Length: 0 } && row.Method == published.Method
                && row.PublishedRank == published.Rank && row.Metric == published.Metric).DistinctBy(row => row.Seed),
        ];

        public List<ResultRow> Like(ResultRow row) =>
            [.. _byKey[(row.Method, row.PublishedRank, row.Task, row.Step, row.Metric)].Where(other => other.Rank == row.Rank)];
    }
}
