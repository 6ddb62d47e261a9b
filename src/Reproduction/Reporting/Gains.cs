using Reproduction.Published;
using Reproduction.Statistics;

namespace Reproduction.Reporting;

/// <summary>What methods gain over one of them.</summary>
internal static class Gains
{
    /// <summary>
    /// The mean difference over the seeds that both have, with half of Student's 95 % interval of the paired differences where there are
    /// several; in the columns of the published tables, parameter counts and shares left out.
    /// </summary>
    /// <param name="rows">Measured and derived values.</param>
    /// <param name="published">Published values of any artefacts.</param>
    /// <param name="floor">The method that is subtracted.</param>
    public static IEnumerable<UnpublishedValue> Over(
        string floor, IReadOnlyList<ResultRow> rows, IReadOnlyCollection<PublishedValue> published)
    {
        var scores = rows.Where(row => row.Step is null && row.Seed is not null && row.Variant.Length == 0).ToList();
        return
            from column in published
                .Where(value => value.Step is null && !PlannedRows.IsPlanned(value.Metric))
                .Select(value => (value.Artefact, value.Task, value.Metric)).Distinct()
            let ofColumn = scores.FindAll(row => row.Task == column.Task && row.Metric == column.Metric)
            let below = ofColumn.Where(row => row.Method == floor).ToDictionary(row => row.Seed!.Value, row => row.Value)
            from method in ofColumn.Where(row => row.Method != floor).GroupBy(row => (row.Method, row.Rank, row.PublishedRank))
            let differences = method.Where(row => below.ContainsKey(row.Seed!.Value))
                .Select(row => row.Value - below[row.Seed!.Value]).ToList()
            where differences.Count > 0
            select new UnpublishedValue(
                column.Artefact, method.Key.Method, column.Task, column.Metric,
                new MeasuredValue(
                    differences.Average(), method.Key.Rank, method.Key.PublishedRank, differences.Count, HalfWidth(differences),
                    method.First().Unit));
    }

    private static double? HalfWidth(List<double> differences)
    {
        if (!ScoreInterval.HasSpread(differences))
        {
            return null;
        }

        var interval = Sample.MeanInterval(differences);
        return (interval.High - interval.Low) / 2;
    }
}
