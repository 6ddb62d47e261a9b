using System.Text.Json;
using Reproduction.Claims;
using Reproduction.Published;
using Reproduction.Reporting;
using Reproduction.Storage;
using Spectre.Console;

namespace Reproduction.Hosting;

/// <summary>Compares stored results with the paper, prints the tables and writes the reports.</summary>
internal sealed class ReportVerb(HostSession session)
{
    public int Run(ResultSet results)
    {
        var summary = Summarize(results, session.LoadFittingRecords());
        new ReportPrinter(session).Print(summary);
        var folder = session.Store.Folder;
        Directory.CreateDirectory(folder);
        AtomicFile.Write(Path.Combine(folder, ExperimentSummary.FileName), RecordJson.Write(summary));
        AtomicFile.Write(Path.Combine(folder, "report.md"), ExperimentReport.Of(summary, results.Rows, folder).Markdown);
        var all = OverallReport.Load(session.ResultsRoot, session.Warn);
        OverallReport.Write(session.ResultsRoot, all);
        if (session.ResultsRoot == Path.Combine(session.Environment.Root, "results"))
        {
            VerdictBlock.Write(Path.Combine(session.Environment.Root, "README.md"), [.. all.Select(entry => entry.Summary)], Rules().Count);
        }

        session.Console.WriteLine($"report {Path.Combine(folder, "report.md")} (every value)");
        session.Console.WriteLine($"report over all experiments {Path.Combine(session.ResultsRoot, "REPORT.md")} and index.html");
        return 0;
    }

    private ExperimentSummary Summarize(ResultSet results, Dictionary<string, TrialRecord> records)
    {
        var trials = session.Experiment.Trials(session.Profile, session.ExperimentOptions);
        IReadOnlyList<ResultRow> rows = [.. results.Rows, .. PlannedRows.Of(session.Experiment, session.ExperimentOptions)];
        var comparison = new Comparison(session.Profile, rows, published => WhyNotRun(published, trials, records));
        var judge = new ClaimJudge(rows, row => PredictionsOf(row, records));
        return new ExperimentSummary
        {
            Experiment = session.Experiment.Id,
            Title = session.Experiment.Title,
            PaperSection = session.Experiment.PaperSection,
            Profile = session.Profile,
            Comparison = session.Profile.IsTuning ? [] : [.. results.Published.Select(comparison.Compare)],
            Unpublished = session.Profile.IsTuning ? [] : [.. comparison.Unpublished([.. results.Published])],
            Claims = session.Profile.IsTuning ? [] : [.. Rules().Where(rule => rule.Experiment == session.Experiment.Id).Select(judge.Judge)],
            Figures = [.. session.Experiment.Figures
                .Where(figure => File.Exists(Path.Combine(session.Store.FigureFolder, figure.Id + ".svg")))
                .Select(figure => new SummaryFigure(figure.Id, figure.Title, figure.PaperReference))],
            Deviations =
            [
                .. session.ExperimentOptions.Settings.Given is { Length: > 0 } given ? [$"Set by hand: {given}."] : Array.Empty<string>(),
                .. session.Experiment.Deviations(session.Profile, session.ExperimentOptions),
            ],
            Failures = [.. records.Values.Where(record => !record.Succeeded).Select(record => $"{record.Trial.Label}: {record.ErrorLine}")],
            Provenance = records.Count > 0 ? Provenance(records.Values) : StoredProvenance(),
        };
    }

    private IReadOnlyList<ClaimRule> Rules()
    {
        var path = Path.Combine(session.Environment.Root, "data", "published", ClaimTable.FileName);
        return File.Exists(path) ? ClaimTable.Read(path) : [];
    }

    private string WhyNotRun(PublishedValue published, IReadOnlyList<Trial> trials, Dictionary<string, TrialRecord> records)
    {
        var ofMethod = trials.Where(trial => trial.Method == published.Method
            && (trial.Rank == published.Rank || !session.Profile.IsPaperScale)).ToList();
        var error = ofMethod.Where(trial => trial.Task == published.Task)
            .Select(trial => records.GetValueOrDefault(trial.Key)?.ErrorLine).FirstOrDefault(error => error is not null);
        return ofMethod.Count == 0 ? $"no such trial in profile {session.Profile.Name}"
            : error is not null ? $"failed: {error}"
            : "no result yet";
    }

    private static Predictions? PredictionsOf(ResultRow row, Dictionary<string, TrialRecord> records) =>
        row.Seed is { } seed && records.GetValueOrDefault(new Trial(row.Method, row.Task, row.Rank, seed).Key) is { } record
            ? record.Predictions.FirstOrDefault(predictions => predictions.Metric == row.Metric)
            : null;

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
            FormattableString.Invariant($"Trials: {records.Count}, {records.Sum(record => record.Manifest.WallSeconds) / 3600:0.00} hours in all"),
        ];

        string Line(string name, Func<TrialRecord, IEnumerable<string>> values) =>
            $"{name}: {string.Join("; ", records.SelectMany(values).Distinct().Order(StringComparer.Ordinal))}";
    }

    // Records stay on the machine that made them; a clone of the repository keeps what the last summary said.
    private IReadOnlyList<string> StoredProvenance()
    {
        var path = Path.Combine(session.Store.Folder, ExperimentSummary.FileName);
        try
        {
            return File.Exists(path) ? RecordJson.Read<ExperimentSummary>(File.ReadAllText(path)).Provenance : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
