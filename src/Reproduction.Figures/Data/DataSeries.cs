using System.Globalization;

namespace Reproduction.Figures;

/// <summary>The values of one method and origin, by ascending <see cref="DataPoint.X"/>.</summary>
internal sealed record DataSeries(MethodKey Key, ValueOrigin Origin, IReadOnlyList<DataPoint> Points)
{
    /// <summary>The rank of the values where <see cref="Paired"/> took it out of the key.</summary>
    public int? PairedRank { get; init; }

    /// <summary>The values before smoothing, drawn faintly behind; empty where they were not smoothed or have an interval.</summary>
    public IReadOnlyList<DataPoint> Trace { get; init; } = [];

    /// <summary>
    /// Drops the rank of methods that have only one in each origin, so that the published value at rank 24 stands beside
    /// the measured one at another rank.
    /// </summary>
    public static IReadOnlyList<DataSeries> Paired(IReadOnlyList<DataSeries> series)
    {
        var single = series.GroupBy(one => one.Key.Method)
            .Where(method => method.GroupBy(one => one.Origin).All(origin => origin.Select(one => one.Key.Rank).Distinct().Count() == 1))
            .Select(method => method.Key)
            .ToHashSet();
        return [.. series.Select(one => single.Contains(one.Key.Method) ? one with { Key = one.Key with { Rank = null }, PairedRank = one.Key.Rank } : one)];
    }

    /// <summary>
    /// What a legend adds to a method's name after <see cref="Paired"/>: the measured rank, with the published one in
    /// brackets where there is one; nothing where the two are equal or the name has a rank of its own.
    /// </summary>
    public static string RankText(IReadOnlyList<DataSeries> series, MethodKey key)
    {
        var measured = Rank(ValueOrigin.Measured);
        var published = Rank(ValueOrigin.Published);
        return measured is null || measured == published ? ""
            : string.Create(CultureInfo.InvariantCulture, $" r={measured}{(published is null ? "" : $" ({published})")}");

        int? Rank(ValueOrigin origin) => series.FirstOrDefault(one => one.Key == key && one.Origin == origin)?.PairedRank;
    }

    /// <summary>Each point as the mean of those around it: as far to the left as to the right, so that straight lines stay.</summary>
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
            var window = Points.Skip(i - half).Take((2 * half) + 1).ToList();
            return new DataPoint(
                Points[i].X, window.Average(point => point.Value), window.Average(point => point.Low), window.Average(point => point.High));
        }
    }
}
