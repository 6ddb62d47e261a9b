using System.Globalization;

namespace Reproduction.Storage;

/// <summary>What a record has to be beyond its layout.</summary>
internal static class RecordRules
{
    /// <summary>What is wrong with a record of a store; null where nothing is.</summary>
    public static string? Problem(TrialRecord record) => Manifest(record.Manifest)
        ?? OfTrial(record) ?? Rows([.. record.Rows()]) ?? record.Predictions.Select(Problem).FirstOrDefault(problem => problem is not null)
        ?? Twice("predictions", record.Predictions.Select(predictions => predictions.Metric))
        ?? record.Pictures.Where(name => !IsPictureName(name))
            .Select(name => $"pictures: found \"{name}\", expected letters, digits and hyphens").FirstOrDefault()
        ?? Twice("pictures", record.Pictures);

    /// <summary>What is wrong with the values of one trial; null where nothing is.</summary>
    public static string? Rows(IReadOnlyList<ResultRow> rows)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            if (RowRules.Problem(rows[i]) is { } problem)
            {
                return string.Create(CultureInfo.InvariantCulture, $"metrics[{i}]: found {problem.Found}, expected {problem.Expected}");
            }
        }

        var twice = rows.GroupBy(RowRules.Key).FirstOrDefault(group => group.Count() > 1)?.First();
        return twice is null ? null
            : $"metrics: found {twice.Metric}{At(twice.Step)} again, expected one value of each metric and step";

        static string At(int? step) => step is { } value ? string.Create(CultureInfo.InvariantCulture, $" at step {value}") : "";
    }

    // A trial that failed has no values, which would have told.
    private static string? OfTrial(TrialRecord record) => Null("trial.inputs", record.Trial.Inputs) ?? (
        RowRules.Problem((record with { Metrics = [new MetricRow("any", 0)] }).Rows().Single()) is { } problem
            ? $"trial: found {problem.Found}, expected {problem.Expected}"
            : null);

    private static string? Problem(Predictions predictions) =>
        predictions.Metric.Length == 0 ? "predictions: found no metric, expected a text"
        : predictions.Expected.Count == predictions.Predicted.Count
            || (predictions.Score == PredictionScore.Mean && predictions.Expected.Count == 0) ? null
        : string.Create(
            CultureInfo.InvariantCulture,
            $"predictions of {predictions.Metric}: found {predictions.Predicted.Count} predicted and {predictions.Expected.Count} "
            + $"expected values, which must be as many");

    private static string? Manifest(RunManifest manifest) =>
        !(double.IsFinite(manifest.WallSeconds) && manifest.WallSeconds >= 0) ? Negative("wall_seconds", manifest.WallSeconds)
        : manifest.Resumed < 0 ? Negative("resumed", manifest.Resumed)
        : manifest.PeakMemoryBytes < 0 ? Negative("peak_memory_bytes", manifest.PeakMemoryBytes)
        : Null("manifest.libraries", manifest.Libraries) ?? Null("manifest.facts", manifest.Facts);

    // The nullability of a dictionary's values is not read.
    private static string? Null(string path, IReadOnlyDictionary<string, string> texts) =>
        texts.FirstOrDefault(entry => entry.Value is null) is { Key: { } key } ? $"{path}.{key}: found null, expected a text" : null;

    private static string Negative(string key, double value) =>
        string.Create(CultureInfo.InvariantCulture, $"manifest.{key}: found {value}, expected a finite number from 0 on");

    private static string? Twice(string key, IEnumerable<string> names) =>
        names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? $"{key}: found {twice.Key} again, expected each once"
            : null;

    private static bool IsPictureName(string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
