using System.Collections.ObjectModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reproduction.Claims;
using Reproduction.Published;
using Reproduction.Reporting;
using Reproduction.Storage;

namespace Reproduction.Hosting.Verbs;

/// <summary>Compares the results of a profile with the paper, and judges its claims.</summary>
/// <param name="session">The session.</param>
/// <param name="store">Where figures and an earlier summary are.</param>
internal sealed class Summarizer(HostSession session, ResultStore store)
{
    public ExperimentSummary Of(ResultSet results)
    {
        var trials = session.Declared(session.Profile).Select(planned => planned.Trial).ToList();
        IReadOnlyList<ResultRow> planned = [.. PlannedRows.Of(session.Experiment, session.RunOptions)];
        IReadOnlyList<ResultRow> rows = [.. results.Rows, .. planned];
        var comparison = new Comparison(session.Profile, rows, results.Reference, published => WhyNotRun(published, trials));
        var unranked = session.Experiment.Unranked(results.Rows);
        var judge = new ClaimJudge(rows, PredictionsOf, unranked);
        var floor = session.Experiment.FloorMethod;
        var isSweep = session.Profile.IsSweep;
        return new ExperimentSummary
        {
            Experiment = session.Experiment.Id,
            Title = session.Experiment.Title,
            PaperSection = session.Experiment.PaperSection,
            Profile = session.Profile,
            Comparison = isSweep ? [] : [.. results.Published.Select(comparison.Compare)],
            Unpublished = isSweep ? [] : [.. comparison.Unpublished([.. results.Published])],
            FloorMethod = floor,
            Gains = isSweep || floor is null ? [] : [.. Gains.Over(floor, results.Rows, [.. results.Published])],
            Unranked = isSweep ? ReadOnlyDictionary<string, string>.Empty : unranked,
            Claims = isSweep ? [] : [.. Rules().Select(judge.Judge)],
            Figures = [.. session.Experiment.Figures
                .Where(figure => File.Exists(Path.Combine(store.FigureFolder, figure.Id + ".svg")))
                .Select(figure => new SummaryFigure(figure.Id, figure.Title, figure.PaperReference))],
            Pictures = [.. Pictures(trials)],
            Deviations =
            [
                .. session.RunOptions.Settings.Given is { Length: > 0 } given ? [$"Set by hand: {given}."] : Array.Empty<string>(),
                .. session.Experiment.Deviations(session.RunOptions),
            ],
            Failures = [.. session.Records.All.Where(record => !record.Succeeded)
                .Select(record => $"{record.Trial.Label}: {record.ErrorLine}")],
            Provenance = Provenance(),
        };
    }

    /// <summary>Where the values come from: what the records say or, without any, the last summary.</summary>
    /// <exception cref="UserErrorException">There are no records, and the last summary cannot be read.</exception>
    public IReadOnlyList<string> Provenance() => session.Records.All is { Count: > 0 } records ? Provenance(records) : StoredProvenance();

    // By the files: reference results have no records.
    private IEnumerable<SummaryPicture> Pictures(IReadOnlyList<Trial> trials)
    {
        if (!Directory.Exists(store.PictureFolder))
        {
            return [];
        }

        var labels = session.Records.All.Select(record => record.Trial).Concat(trials)
            .DistinctBy(trial => trial.Key).ToDictionary(trial => trial.Key, trial => trial.Label, StringComparer.Ordinal);
        return Directory.EnumerateFiles(store.PictureFolder, "*.png", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(path => (Path: path, Key: Path.GetFileName(Path.GetDirectoryName(path))!))
            .Select(picture => new SummaryPicture(
                $"{labels.GetValueOrDefault(picture.Key, picture.Key)}: {Path.GetFileNameWithoutExtension(picture.Path)}",
                Path.GetRelativePath(store.Folder, picture.Path)));
    }

    private IEnumerable<ClaimRule> Rules() =>
        ClaimTable.ReadFrom(session.Environment.Root).Where(rule => rule.Experiment == session.Experiment.Id);

    private string WhyNotRun(PublishedValue published, IReadOnlyList<Trial> trials)
    {
        var ofMethod = trials.Where(trial => trial.Method == published.Method && trial.PublishedRank == published.Rank).ToList();
        var error = ofMethod.Where(trial => trial.Task == published.Task)
            .Select(trial => session.Records.Find(trial)?.ErrorLine).FirstOrDefault(error => error is not null);
        return ofMethod.Count == 0 ? $"no such trial in profile {session.Profile.Name}"
            : error is not null ? $"failed: {error}"
            : "no result yet";
    }

    private Predictions? PredictionsOf(ResultRow row) => row.Seed is null
        ? null
        : session.Records.Find(row.TrialKey)?.Predictions.FirstOrDefault(predictions => predictions.Metric == row.Metric);

    private static List<string> Provenance(IReadOnlyCollection<TrialRecord> records)
    {
        return
        [
            Line("Code", record => [record.Manifest.CodeVersion]),
            Line("Device", record => [record.Manifest.Device]),
            Line("Machine", record => [record.Manifest.Machine]),
            Line("Libraries", record => record.Manifest.Libraries.Select(library => $"{library.Key} {library.Value}")),
            .. records.SelectMany(record => record.Manifest.Facts).Where(fact => fact.Value.Length > 0).Distinct()
                .OrderBy(fact => fact.Key, StringComparer.Ordinal).ThenBy(fact => fact.Value, StringComparer.Ordinal)
                .Select(fact => $"{char.ToUpperInvariant(fact.Key[0])}{fact.Key[1..].Replace('_', ' ')}: {fact.Value}"),
            FormattableString.Invariant(
                $"Trials: {records.Count}, {records.Sum(record => record.Manifest.WallSeconds) / 3600:0.00} hours in all"),
        ];

        string Line(string name, Func<TrialRecord, IEnumerable<string>> values) =>
            $"{name}: {string.Join("; ", records.SelectMany(values).Distinct().Order(StringComparer.Ordinal))}";
    }

    // Records stay on the machine that made them; a clone of the repository keeps what the last summary said. Only that is read: the
    // rest may be of an older version. A file that cannot be read is about to be replaced, and nothing else tells the provenance.
    private IReadOnlyList<string> StoredProvenance()
    {
        var path = Path.Combine(store.Folder, ExperimentSummary.FileName);
        try
        {
            if (!File.Exists(path))
            {
                return [];
            }

            var lines = (JsonNode.Parse(File.ReadAllText(path)) as JsonObject)?["provenance"] as JsonArray
                ?? throw new JsonException("Found no list \"provenance\".");
            return [.. lines.Select(line => line?.GetValue<string>() ?? throw new JsonException("Found null, expected a text."))];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new UserErrorException(
                $"{path}: cannot be read ({exception.Message}), and the provenance of results without records stands only there. "
                + "Restore it, or delete it to give the provenance up.",
                exception);
        }
    }
}
