using Microsoft.Data.Analysis;
using Reproduction.Reporting;
using Reproduction.Storage;

namespace Reproduction.Hosting;

/// <summary>Lists the selected trials with their states.</summary>
internal sealed class ListVerb(HostSession session)
{
    public int Run()
    {
        var trials = session.Selected;
        var records = session.LoadRecords();
        new ReportTable($"{session.Experiment.Id}, profile {session.Profile.Name}: {trials.Count} trials", new DataFrame(
            new StringDataFrameColumn("trial", trials.Select(trial => trial.Key)),
            new StringDataFrameColumn("method", trials.Select(trial => trial.Method)),
            new Int32DataFrameColumn("rank", trials.Select(trial => trial.Rank)),
            new StringDataFrameColumn("task", trials.Select(trial => trial.Task)),
            new Int32DataFrameColumn("seed", trials.Select(trial => trial.Seed)),
            new StringDataFrameColumn("state", trials.Select(trial => State(trial, records.GetValueOrDefault(trial.Key)))))).Print(session.Console);
        return 0;
    }

    private static string State(Trial trial, TrialRecord? record) => record switch
    {
        null => "not run",
        { ErrorLine: { } error } => $"failed: {error}",
        _ when record.DifferencesFrom(trial).Count > 0 => "done with other settings",
        _ => $"done in {RunDisplay.Time(record.Manifest.WallSeconds)}",
    };
}
