using Reproduction.Hosting.Slurm;
using Reproduction.Storage;
using Spectre.Console;

namespace Reproduction.Hosting;

/// <summary>Runs the selected trials that have no finished record, then draws and compares.</summary>
internal sealed class RunVerb(HostSession session)
{
    /// <summary>The exit code of an interrupted program, as shells expect it.</summary>
    public const int Interrupted = 130;

    public int Run(CancellationToken cancellation)
    {
        var selected = session.Selected;
        using var held = session.Store.Open();
        var records = session.LoadRecords();
        if (!session.Options.Force)
        {
            RefuseOtherSettings(selected, records);
        }

        var pending = selected.Where(trial => session.Options.Force || records.GetValueOrDefault(trial.Key) is not { Succeeded: true }).ToList();

        // Unselected ones too: results.csv must not mix settings.
        session.RemoveMisfits(records, [.. pending.Select(trial => trial.Key)]);
        session.Console.WriteLine(
            $"{session.Experiment.Id}, profile {session.Profile.Name}: {selected.Count} trials selected, " +
            $"{selected.Count - pending.Count} finished before, {pending.Count} to run");
        var figures = new FiguresVerb(session);
        if (pending.Count > 0)
        {
            Check(pending);
            if (figures.Unavailable is { } reason)
            {
                session.Warn($"{reason} The trials are run and reported all the same.");
            }

            try
            {
                Execute(pending, records, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                session.Console.WriteLine($"Interrupted. {session.Options.HowToGoOn}");
                return Interrupted;
            }
        }

        session.Console.WriteLine(WriteCsv(records)
            ? $"results {session.Store.CsvPath}"
            : $"results {session.Store.CsvPath} stays as it is until every trial of profile {session.Profile.Name} has a record");
        var results = session.LoadResults();
        var drawn = figures.Run(results, changed: pending.Count > 0);
        new ReportVerb(session).Run(results);
        var failed = selected.Where(trial => records[trial.Key].Error is not null).ToList();
        foreach (var trial in failed)
        {
            session.Error($"{trial.Label}: {records[trial.Key].ErrorLine} (log: {session.Store.LogPath(trial)})");
        }

        return failed.Count > 0 ? 1 : drawn;
    }

    private void Check(List<Trial> pending)
    {
        try
        {
            session.Experiment.Check(pending, session.Profile, session.ExperimentOptions);
        }
        catch (Exception exception) when (exception is not UserErrorException)
        {
            // Readers of data and weights have exceptions of their own; all of them say what is wrong with the input.
            throw new UserErrorException(exception.Message, exception);
        }
    }

    private void Execute(List<Trial> pending, Dictionary<string, TrialRecord> records, CancellationToken cancellation)
    {
        if (session.Options.Force)
        {
            pending.ForEach(session.Store.DeleteCheckpoints);
        }

        ITrialExecutor executor = session.SlurmOptions is { } slurm ? new SlurmExecutor(session, slurm)
            : session.Options.Jobs > 1 ? new WorkerPool(session)
            : new InProcessExecutor(session);
        RunDisplay.Show(session.Environment, pending.Count, display => executor.Run(
            pending,
            display,
            record =>
            {
                records[record.Trial.Key] = record;
                WriteCsv(records);
            },
            cancellation));
    }

    // Other profiles take their settings from a tuning: a part of one must not replace the whole.
    private bool WriteCsv(Dictionary<string, TrialRecord> records)
    {
        if (session.Profile.IsTuning && !session.Declared(session.Profile).All(trial => records.ContainsKey(trial.Key)))
        {
            return false;
        }

        session.Store.WriteCsv(records.Values);
        return true;
    }

    private void RefuseOtherSettings(IReadOnlyList<Trial> selected, Dictionary<string, TrialRecord> records)
    {
        foreach (var trial in selected)
        {
            if (records.GetValueOrDefault(trial.Key) is { Succeeded: true } record && record.DifferencesFrom(trial) is { Count: > 0 } differing)
            {
                throw new UserErrorException(
                    $"{session.Store.RecordPath(trial)} was made with other settings: {string.Join("; ", differing)}. " +
                    "Use --results with another folder, or --force to replace it.");
            }
        }
    }
}
