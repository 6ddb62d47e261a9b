using Reproduction.Published;
using Reproduction.Reporting;
using Reproduction.Storage;
using Spectre.Console;

namespace Reproduction.Hosting;

/// <summary>Compares stored results with the paper, prints the table and writes report.md.</summary>
internal sealed class ReportVerb(HostSession session)
{
    // A screen or two; digitised curves have hundreds of points.
    private const int MostPrintedRows = 80;

    public int Run(ResultSet results)
    {
        var records = session.LoadRecords();
        var comparison = Compare(results, records);
        Print(comparison);
        var report = new ExperimentReport
        {
            Experiment = session.Experiment,
            Profile = session.Profile,
            Results = results,
            Comparison = comparison,
            Records = records.Values,
            Figures = [.. session.Experiment.Figures
                .Where(figure => File.Exists(Path.Combine(session.Store.FigureFolder, figure.Id + ".png")))
                .Select(figure => (figure.Id, figure.Title))],
        };
        var path = Path.Combine(session.Store.Folder, "report.md");
        Directory.CreateDirectory(session.Store.Folder);
        AtomicFile.Write(path, report.Markdown());
        session.Console.WriteLine($"report {path}");
        return 0;
    }

    private List<ComparisonRow> Compare(ResultSet results, Dictionary<string, TrialRecord> records)
    {
        var trials = session.Experiment.Trials(session.Profile, session.ExperimentOptions);
        var comparison = new Comparison(
            session.Profile,
            [.. results.Rows, .. PlannedRows.Of(session.Experiment, session.ExperimentOptions)],
            published => WhyNotRun(published, trials, records));
        return [.. results.Published.Select(comparison.Compare)];
    }

    private string WhyNotRun(PublishedValue published, IReadOnlyList<Trial> trials, Dictionary<string, TrialRecord> records)
    {
        var measuring = trials.Where(trial =>
            trial.Method == published.Method && trial.Rank == published.Rank && trial.Task == published.Task).ToList();
        return measuring.Count == 0 ? $"no trial of profile {session.Profile.Name} measures it"
            : measuring.Select(trial => records.GetValueOrDefault(trial.Key)?.Error).FirstOrDefault(error => error is not null) is { } error
                ? $"failed: {error.Split('\n')[0]}"
            : "no result yet";
    }

    private void Print(List<ComparisonRow> comparison)
    {
        if (comparison.Count == 0)
        {
            return;
        }

        var shown = comparison.Count <= MostPrintedRows ? comparison : [.. comparison.Where(row => row.Measured is not null)];
        ResultTables.Beside($"{session.Experiment.Id}, profile {session.Profile.Name}: published beside measured", shown).Print(session.Console);
        if (shown.Count < comparison.Count)
        {
            session.Console.WriteLine($"{comparison.Count - shown.Count} published values without a measured one are in report.md.");
        }
    }
}
