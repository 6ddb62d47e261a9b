using System.Globalization;
using Reproduction.Hosting.Display;
using Reproduction.Hosting.Execution;
using Reproduction.Hosting.Slurm;
using Reproduction.Storage;
using Spectre.Console;

namespace Reproduction.Hosting.Verbs;

/// <summary>Runs the selected trials that have no completed record, then draws and compares.</summary>
internal sealed class RunVerb(HostSession session)
{
    /// <summary>The exit code of an interrupted program, as shells expect it.</summary>
    public const int Interrupted = 130;

    // A list of every adapter of a sweep would push the results off the screen.
    private const int MostOutputs = 12;

    // Forced trials are run once, however often the experiment is asked for further ones.
    private readonly HashSet<string> _ran = new(StringComparer.Ordinal);

    // Trials that ended without a record.
    private readonly List<string> _unfinished = [];

    public int Run(CancellationToken cancellation)
    {
        var selected = session.Selected;
        RefuseLoss(selected);
        using var held = session.Store.Open();
        RefuseOtherSettings(selected);

        // A run that was killed may have left it behind its records, which tell what trials there are.
        if (session.Records.Count > 0)
        {
            session.Store.WriteCsv(session.Records.All);
            session.Replan();
            selected = session.Selected;
            RefuseOtherSettings(selected);
        }

        var pending = Pending(selected);

        // Unselected ones too: results.csv must not mix settings.
        session.Records.RemoveStale([.. pending.Select(planned => planned.Trial.Key)]);
        foreach (var record in session.Records.All.Where(record => record.Succeeded))
        {
            session.Store.DeleteCheckpoint(record);
        }

        if (session.Records.HadStale)
        {
            session.Store.WriteCsv(session.Records.All);
        }

        session.Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{session.Experiment.Id}, profile {session.Profile.Name}: {Names.Trials(selected.Count)} selected, " +
            $"{selected.Count - pending.Count} completed before, {pending.Count} to run"));
        foreach (var note in session.Experiment.Notes([.. selected.Select(planned => planned.Trial)], session.RunOptions))
        {
            session.Console.WriteLine(note);
        }

        WarnOfMissingOutputs([.. selected.Except(pending)]);

        var figures = new FiguresVerb(session);
        var isNew = pending.Count > 0;
        if (isNew && figures.Unavailable is { } reason)
        {
            session.Warn($"{reason} The trials are run and reported all the same.");
        }

        try
        {
            IReadOnlyList<string> printed = [];
            while (pending.Count > 0)
            {
                Check(pending);
                var remarks = session.Experiment.Remarks();
                foreach (var remark in remarks.Except(printed))
                {
                    session.Console.WriteLine(remark);
                }

                printed = remarks;
                Execute(pending, cancellation);
                session.Replan();
                selected = session.Selected;
                pending = Pending(selected);
                if (pending.Count > 0)
                {
                    session.Console.WriteLine($"{Names.Trials(pending.Count)} more, as the results so far ask for them");
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            session.Console.WriteLine($"Interrupted. {session.Options.HowToResume}");
            return Interrupted;
        }

        session.Store.WriteCsv(session.Records.All);
        session.Console.WriteLine($"results {session.Store.CsvPath}");
        PrintOutputs(selected);
        var results = session.Results();
        var drawn = figures.Run(results, changed: isNew);
        new ReportVerb(session).Run(results);
        return PrintFailures(selected) ? 1 : drawn;
    }

    private List<PlannedTrial> Pending(IReadOnlyList<PlannedTrial> selected) =>
    [
        .. selected.Where(planned => !_ran.Contains(planned.Trial.Key)
            && (session.Options.Force || session.Records.Find(planned.Trial) is not { Succeeded: true })),
    ];

    private void Check(List<PlannedTrial> pending)
    {
        try
        {
            session.Experiment.Check(pending, session.RunOptions);
        }
        catch (Exception exception) when (exception is not UserErrorException)
        {
            // Readers of data and weights have exceptions of their own; all of them say what is wrong with the input.
            throw new UserErrorException(exception.Message, exception);
        }
    }

    private void Execute(List<PlannedTrial> pending, CancellationToken cancellation)
    {
        if (session.Options.Force)
        {
            pending.ForEach(planned => session.Store.DeleteCheckpoints(planned.Trial));
        }

        var jobs = JobCount.Of(session, pending);
        ITrialExecutor executor = session.SlurmOptions is { } slurm ? new SlurmExecutor(session, slurm)
            : jobs > 0 ? new WorkerPool(session, jobs)
            : new InProcessExecutor(session);
        RunDisplay.Show(session.Environment, pending.Count, display => executor.Run(
            pending,
            display,
            record =>
            {
                session.Records.Add(record);
                _ran.Add(record.Trial.Key);
                session.Store.WriteCsv(session.Records.All);
            },
            (trial, _) =>
            {
                _ran.Add(trial.Key);
                _unfinished.Add(trial.Label);
            },
            cancellation));
    }

    private void WarnOfMissingOutputs(IReadOnlyList<PlannedTrial> completed)
    {
        var missing = completed
            .Select(planned => (planned.Trial, Option: session.Experiment.AskedOutput(planned, session.RunOptions)))
            .Where(entry => entry.Option is not null && session.Records.Find(entry.Trial) is { Outputs.Count: 0 })
            .ToList();
        if (missing.Count > 0)
        {
            session.Warn(
                $"{missing[0].Option}: {Names.Trials(missing.Count)} completed before left no such output (such as "
                + $"{missing[0].Trial.Label}); --force runs {(missing.Count == 1 ? "it" : "them")} again.");
        }
    }

    // results.csv is made from the records, and would lose what they lack: a fresh clone has only results.csv.
    private void RefuseLoss(IReadOnlyList<PlannedTrial> selected)
    {
        var store = session.Store;
        var (stored, hasRecords) = (Stored(), store.HasRecords);
        var replaced = hasRecords ? Pending(selected).Select(planned => planned.Trial.Key).ToHashSet(StringComparer.Ordinal) : [];
        var lost = stored.Select(row => row.Trial).DistinctBy(trial => trial.Key)
            .Where(trial => store.Find(trial) is null && !replaced.Contains(trial.Key)).Select(trial => trial.Key).ToList();
        if (lost.Count > 0)
        {
            throw new UserErrorException(
                $"{store.CsvPath}: found results of {Names.Trials(lost.Count)} without "
                + $"{(lost.Count == 1 ? "its record" : "their records")} in "
                + $"{Path.GetDirectoryName(store.RecordPath(stored[0].Trial))}, which this run would lose ({Names.Some(lost)}). "
                + "Move the file away to start over, or use --results with another folder.");
        }

        IReadOnlyList<ResultRow> Stored()
        {
            try
            {
                return store.ReadCsv();
            }
            catch (UserErrorException) when (store.HasRecords)
            {
                // It is made again from them.
                return store.RecoverCsv(session.Warn);
            }
        }
    }

    private void RefuseOtherSettings(IReadOnlyList<PlannedTrial> selected)
    {
        if (session.Options.Force)
        {
            return;
        }

        foreach (var (trial, _) in selected)
        {
            if (session.Records.Find(trial) is { Succeeded: true } record
                && record.Trial.DifferencesFrom(trial) is { Count: > 0 } differing)
            {
                throw new UserErrorException(
                    $"{session.Store.RecordPath(trial)} was made with different settings: {string.Join("; ", differing)}. " +
                    "Use --results with another folder, or --force to replace it.");
            }
        }
    }

    private void PrintOutputs(IReadOnlyList<PlannedTrial> selected)
    {
        var outputs = selected
            .SelectMany(planned => (session.Records.Find(planned.Trial)?.Outputs ?? [])
                .Select(output => Path.Combine(session.Store.OutputFolder(planned.Trial), output)))
            .ToList();
        foreach (var output in outputs.Take(MostOutputs))
        {
            session.Console.WriteLine($"kept {output}");
        }

        if (outputs.Count > MostOutputs)
        {
            session.Console.WriteLine($"kept {outputs.Count - MostOutputs} more beside them (the records name them)");
        }
    }

    private bool PrintFailures(IReadOnlyList<PlannedTrial> selected)
    {
        var failed = selected.Select(planned => session.Records.Find(planned.Trial)).OfType<TrialRecord>()
            .Where(record => !record.Succeeded).ToList();
        foreach (var record in failed)
        {
            var replaced = session.Store.ReplacedRecordPath(record.Trial);
            var kept = File.Exists(replaced) ? $"; the earlier result is kept in {replaced}" : "";
            session.Error($"{record.Trial.Label}: {record.ErrorLine} (log: {session.Store.LogPath(record.Trial)}{kept})");
        }

        if (_unfinished.Count > 0)
        {
            session.Error(
                $"{Names.Trials(_unfinished.Count)} without a result: {string.Join(", ", _unfinished)}. {session.Options.HowToResume}");
        }

        return failed.Count + _unfinished.Count > 0;
    }
}
