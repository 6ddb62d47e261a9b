using System.Globalization;

namespace Reproduction.Storage;

/// <summary>What every measured value has to be, whether a trial reports it, a record holds it or results.csv does.</summary>
internal static class RowRules
{
    /// <summary>What is wrong with a value by itself; null where nothing is.</summary>
    public static RowProblem? Problem(ResultRow row) =>
        Text("experiment", row.Experiment) ?? Text("profile", row.Profile) ?? Text("method", row.Method) ?? Text("metric", row.Metric)
        ?? From(1, "rank", row.Rank) ?? From(1, "published_rank", row.PublishedRank)
        ?? (row.Seed is null ? new RowProblem("no seed", "a whole number from 0 on") : From(0, "seed", row.Seed))
        ?? From(0, "step", row.Step) ?? From(1, "n", row.N)
        ?? (row.StandardError is { } error && !(double.IsFinite(error) && error >= 0)
            ? new RowProblem(Invariant($"stderr \"{error}\""), "a finite number from 0 on")
            : null);

    /// <summary>What tells the values of one file apart.</summary>
    public static object Key(ResultRow row) => (row.Method, row.Variant, row.Rank, row.Task, row.Seed, row.Step, row.Metric);

    private static RowProblem? Text(string column, string text) => text.Length == 0 ? new RowProblem($"no {column}", "a text") : null;

    private static RowProblem? From(int least, string column, int? value) =>
        value < least ? new RowProblem(Invariant($"{column} \"{value}\""), Invariant($"a whole number from {least} on")) : null;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
