using System.Globalization;
using Microsoft.Data.Analysis;
using Reproduction.Hosting.Display;
using Reproduction.Reporting;
using Reproduction.Storage;

namespace Reproduction.Hosting.Verbs;

/// <summary>Lists the selected trials with their states.</summary>
internal sealed class ListVerb(HostSession session)
{
    public int Run()
    {
        List<Trial> trials = [.. session.Selected.Select(planned => planned.Trial)];
        new ReportTable($"{session.Experiment.Id}, profile {session.Profile.Name}: {Names.Trials(trials.Count)}", new DataFrame(
            new StringDataFrameColumn("trial", trials.Select(trial => trial.Key)),
            new StringDataFrameColumn("method", trials.Select(trial => trial.Method)),
            new StringDataFrameColumn("variant", trials.Select(trial => trial.Variant)),
            new Int32DataFrameColumn("rank", trials.Select(trial => trial.Rank)),
            new StringDataFrameColumn("task", trials.Select(trial => trial.Task)),
            new StringDataFrameColumn("seed", trials.Select(trial => trial.Seed.ToString(CultureInfo.InvariantCulture))),
            new StringDataFrameColumn(
                "state", trials.Select(trial => State(trial, session.Records.Find(trial)))))).WithoutEmptyColumns().Print(session.Console);
        return 0;
    }

    private static string State(Trial trial, TrialRecord? record) => record switch
    {
        null => "not run",
        { ErrorLine: { } error } => $"failed: {error}",
        _ when record.Trial.DifferencesFrom(trial).Count > 0 => "done with different settings",
        _ => $"done in {RunDisplay.Time(record.Manifest.WallSeconds)}",
    };
}
