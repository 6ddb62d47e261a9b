using MathNet.Numerics.Distributions;
using Reproduction.Published;
using Reproduction.Statistics;

namespace Reproduction.Figures;

/// <summary>The values of one metric and task out of a result set, as series to draw.</summary>
internal sealed class Selection
{
    /// <summary>What a figure lacks whose values are all NaN or infinite.</summary>
    public const string NoNumber = "no measured value is a finite number";

    private const double Confidence = 0.95;
    private static readonly double NormalQuantile = Normal.InvCDF(0, 1, (1 + Confidence) / 2);
    private readonly string _figure;
    private readonly bool _isPaperScale;
    private readonly IReadOnlyList<(ValueOrigin Origin, ResultRow Row)> _ours;
    private readonly IReadOnlyList<PublishedValue> _published;

    /// <param name="figure">The figure's id, for errors.</param>
    /// <param name="results">The result set.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="task">The task, or null for all.</param>
    /// <param name="rank">The rank, or null for all.</param>
    public Selection(string figure, ResultSet results, string metric, string? task = null, int? rank = null)
    {
        _figure = figure;
        _isPaperScale = results.Profile == Profile.PaperName;
        _ours =
        [
            .. results.Reference.Select(row => (ValueOrigin.Reference, row))
                .Concat(results.Rows.Select(row => (ValueOrigin.Measured, row)))
                .Where(entry => entry.row.Variant.Length == 0 && Wanted(entry.row.Metric, entry.row.Task, entry.row.PublishedRank)),
        ];
        _published = [.. results.Published.Where(value => Wanted(value.Metric, value.Task, value.Rank))];

        bool Wanted(string rowMetric, string rowTask, int? rowRank) =>
            rowMetric == metric && (task is null || rowTask == task) && (rank is null || rowRank is null || rowRank == rank);
    }

    /// <summary>Whether anything was measured, by the user or for the reference.</summary>
    public bool HasMeasured => _ours.Count > 0;

    /// <summary>Whether something that was measured is a number.</summary>
    public bool HasNumber => _ours.Any(entry => double.IsFinite(entry.Row.Value));

    /// <summary>What a curve lacks: values during training, not only at its end, that can be drawn. Null where there are any.</summary>
    /// <param name="positive">Whether only positive numbers can be drawn.</param>
    /// <param name="nothing">What is lacking where nothing was measured.</param>
    public string? MissingSteps(bool positive, string nothing)
    {
        var steps = _ours.Where(entry => entry.Row.Step is not null).Select(entry => entry.Row.Value).ToList();
        return steps.Count == 0 ? nothing : steps.Exists(value => double.IsFinite(value) && (!positive || value > 0)) ? null : NoNumber;
    }

    /// <summary>
    /// Values by training step: the mean over seeds with the given interval. The paper's curves come with those of the same
    /// models only: a smaller model trains over other steps, at other losses.
    /// </summary>
    public IReadOnlyList<DataSeries> ByStep(Func<IReadOnlyList<ResultRow>, (double Low, double High)?> interval) =>
    [
        .. _published.Where(value => _isPaperScale && value.Step is not null).GroupBy(value => new MethodKey(value.Method, value.Rank))
            .Select(group => new DataSeries(
                group.Key, ValueOrigin.Published,
                [.. group.OrderBy(value => value.Step).Select(value => Point(value.Step!.Value, value))])),
        .. Ours(isStep: true, rows =>
            [.. rows.GroupBy(row => row.Step!.Value).OrderBy(step => step.Key).Select(step => Point(step.Key, [.. step], interval))]),
    ];

    /// <summary>The values at the end of training; <see cref="DataPoint.X"/> is the given position.</summary>
    public IReadOnlyList<DataSeries> AtEnd(double x) =>
    [
        .. _published.Where(value => value.Step is null).GroupBy(value => new MethodKey(value.Method, value.Rank))
            .Select(group => new DataSeries(group.Key, ValueOrigin.Published, [.. group.Select(value => Point(x, value))])),
        .. Ours(isStep: false, rows => [Point(x, rows, SeedInterval)]),
    ];

    /// <summary>The 95 % interval of the mean over seeds, or of one run from its standard error; null where neither is known.</summary>
    public static (double Low, double High)? SeedInterval(IReadOnlyList<ResultRow> rows) =>
        ScoreInterval.Of(rows, Confidence) is { } interval ? (interval.Low, interval.High) : null;

    /// <summary>The smallest and the largest value over seeds; null for one seed.</summary>
    public static (double Low, double High)? SeedRange(IReadOnlyList<ResultRow> rows) =>
        rows.Count > 1 ? (rows.Min(row => row.Value), rows.Max(row => row.Value)) : null;

    private IEnumerable<DataSeries> Ours(bool isStep, Func<IReadOnlyList<ResultRow>, IReadOnlyList<DataPoint>> points) => _ours
        .Where(entry => entry.Row.Step is not null == isStep)
        .GroupBy(entry => (entry.Origin, Key: new MethodKey(entry.Row.Method, entry.Row.PublishedRank), entry.Row.Rank), entry => entry.Row)
        .Select(group => new DataSeries(group.Key.Key, group.Key.Origin, points([.. group])) { Rank = group.Key.Rank });

    // A seed that is no number leaves no mean: without it, the method would look better for having collapsed.
    private static DataPoint Point(
        double x, IReadOnlyList<ResultRow> rows, Func<IReadOnlyList<ResultRow>, (double Low, double High)?> interval)
    {
        ScoreInterval.RequireDistinct(rows);
        if (!rows.All(row => double.IsFinite(row.Value)))
        {
            return new DataPoint(x, double.NaN);
        }

        var ends = interval(rows);
        return new DataPoint(x, rows.Average(row => row.Value), ends?.Low, ends?.High);
    }

    private DataPoint Point(double x, PublishedValue value)
    {
        if (!double.IsFinite(value.Value))
        {
            throw new UserErrorException(FormattableString.Invariant(
                $"figure {_figure}: {value.Source}: {value.Metric} of {value.Method} is {value.Value}; expected a finite number."));
        }

        var half = value.ReadingError ?? (NormalQuantile * value.StandardError);
        return new DataPoint(x, value.Value, value.Value - half, value.Value + half);
    }
}
