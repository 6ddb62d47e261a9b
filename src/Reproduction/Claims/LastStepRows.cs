namespace Reproduction.Claims;

/// <summary>
/// Values with those of the last step (<see cref="MetricRow.LastStepSuffix"/>) in place of the kept ones, where there are any.
/// </summary>
internal sealed class LastStepRows
{
    private readonly Dictionary<ResultRow, ResultRow> _originals;

    private LastStepRows(IReadOnlyList<ResultRow> rows, Dictionary<ResultRow, ResultRow> originals) =>
        (Rows, _originals) = (rows, originals);

    /// <summary>All values.</summary>
    public IReadOnlyList<ResultRow> Rows { get; }

    /// <summary>Whether no trial has a value of its last step.</summary>
    public bool IsEmpty => _originals.Count == 0;

    /// <summary>Replaces the values of some metrics.</summary>
    public static LastStepRows Of(IReadOnlyList<ResultRow> rows, IReadOnlyList<string> metrics)
    {
        var last = rows
            .Where(row => row.Step is null && row.Metric.EndsWith(MetricRow.LastStepSuffix, StringComparison.Ordinal))
            .Select(row => (Kept: row with { Metric = row.Metric[..^MetricRow.LastStepSuffix.Length] }, Row: row))
            .Where(pair => metrics.Contains(pair.Kept.Metric))
            .ToList();
        var replaced = last.Select(pair => Key(pair.Kept)).ToHashSet();
        return new LastStepRows(
            [.. rows.Where(row => !replaced.Contains(Key(row))), .. last.Select(pair => pair.Kept)],
            last.ToDictionary(pair => pair.Kept, pair => pair.Row));
    }

    /// <summary>A value as it was measured.</summary>
    public ResultRow Original(ResultRow row) => _originals.GetValueOrDefault(row, row);

    private static (string Trial, int? Seed, int? Step, string Metric) Key(ResultRow row) => (row.TrialKey, row.Seed, row.Step, row.Metric);
}
