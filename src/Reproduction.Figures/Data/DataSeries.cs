using System.Globalization;

namespace Reproduction.Figures;

/// <summary>The values of one method and origin, by ascending <see cref="DataPoint.X"/>.</summary>
internal sealed record DataSeries(MethodKey Key, ValueOrigin Origin, IReadOnlyList<DataPoint> Points)
{
    /// <summary>The rank that the values have; null for methods without one.</summary>
    public int? Rank { get; init; } = Key.Rank;

    /// <summary>The values before smoothing, drawn faintly behind; empty where they were not smoothed or have an interval.</summary>
    public IReadOnlyList<DataPoint> Trace { get; init; } = [];

    /// <summary>
    /// What a legend adds to a method's name: the rank of our values with the published one in brackets, or without where nothing is
    /// published; nothing where the two are equal. A method at several ranks has the published one in its name already.
    /// </summary>
    public static string RankText(IReadOnlyList<DataSeries> series, MethodKey key)
    {
        var ours = series.FirstOrDefault(one => one.Key == key && one.Origin != ValueOrigin.Published)?.Rank;
        var isPublished = series.Any(one => one.Key == key && one.Origin == ValueOrigin.Published);
        if (series.Any(one => one.Key.Method == key.Method && one.Key != key))
        {
            return ours is null || ours == key.Rank ? "" : string.Create(CultureInfo.InvariantCulture, $" (run at {ours})");
        }

        return ours is null || (isPublished && ours == key.Rank) ? ""
            : string.Create(CultureInfo.InvariantCulture, $" r={ours}{(ours == key.Rank ? "" : $" ({key.Rank})")}");
    }

    /// <summary>The series for a logarithmic axis: what such an axis cannot show is missing.</summary>
    public DataSeries Positive() => this with
    {
        Points =
        [
            .. Points.Select(point => point.IsMissing || (point.Low ?? point.Value) > 0 ? point : new DataPoint(point.X, double.NaN)),
        ],
    };

    /// <summary>The parts between missing points, each with its trace.</summary>
    public IEnumerable<DataSeries> WithoutGaps()
    {
        for (var start = 0; start < Points.Count;)
        {
            var length = Points.Skip(start).TakeWhile(point => !point.IsMissing).Count();
            if (length > 0)
            {
                yield return this with
                {
                    Points = [.. Points.Skip(start).Take(length)],
                    Trace = [.. Trace.Skip(start).Take(length)],
                };
            }

            start += length + 1;
        }
    }

    /// <summary>
    /// Each point as the mean of those around it: as far to the left as to the right, so that straight lines stay. Missing points stay
    /// missing, and take part in no mean.
    /// </summary>
    /// <param name="share">How wide the window is, as a share of the whole series.</param>
    public DataSeries Smoothed(double share)
    {
        var reach = (int)(Points.Count * share / 2);
        return this with
        {
            Points = [.. Enumerable.Range(0, Points.Count).Select(Mean)],
            Trace = reach > 0 && Points.All(point => point.Low is null) ? Points : [],
        };

        DataPoint Mean(int i)
        {
            var half = Math.Min(reach, Math.Min(i, Points.Count - 1 - i));
            var window = Points.Skip(i - half).Take((2 * half) + 1).Where(point => !point.IsMissing).ToList();
            return Points[i].IsMissing ? Points[i] : new DataPoint(
                Points[i].X, window.Average(point => point.Value), window.Average(point => point.Low), window.Average(point => point.High));
        }
    }
}
