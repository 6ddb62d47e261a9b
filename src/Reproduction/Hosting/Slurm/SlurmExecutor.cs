using System.Globalization;
using Reproduction.Hosting.Display;
using Reproduction.Hosting.Execution;
using Reproduction.Storage;

namespace Reproduction.Hosting.Slurm;

/// <summary>
/// Runs trials as Slurm job arrays and collects their records from the results folder, which the nodes share. Arrays that an
/// earlier, killed run has left in the queue are followed; only what they leave missing is submitted.
/// </summary>
/// <remarks>
/// The records decide. A task that has left the queue without one is waited for, as a shared folder shows new files late; then it counts
/// as failed only where Slurm says that its program failed, and as unfinished otherwise: a later record of it is taken.
/// </remarks>
internal sealed class SlurmExecutor : ITrialExecutor
{
    private static readonly TimeSpan NoteInterval = TimeSpan.FromSeconds(20);

    private readonly HostSession _session;
    private readonly SlurmOptions _options;
    private readonly string _root;
    private readonly TimeProvider _time;

    public SlurmExecutor(HostSession session, SlurmOptions options)
    {
        (_session, _options, _time) = (session, options, session.Environment.Time);
        _root = Path.Combine(session.Store.Folder, "runs", "slurm");
        Directory.CreateDirectory(_root);
    }

    public void Run(
        IReadOnlyList<PlannedTrial> planned, IRunDisplay display, Action<TrialRecord> finished, Action<Trial, string> unfinished,
        CancellationToken cancellation)
    {
        List<SlurmTask> tasks =
            [.. planned.Select(entry => new SlurmTask(entry.Trial, _session.Store.Find(entry.Trial)?.Manifest.Started))];
        AssignToEarlierJobs(tasks);
        var submitter = new SlurmSubmitter(_session, _options, _root, display.Note);
        try
        {
            Follow(tasks, submitter, display, finished, unfinished, cancellation);
        }
        catch (OperationCanceledException)
        {
            foreach (var job in SlurmQueue.Jobs(tasks))
            {
                if (SlurmCommands.Cancel(job) is { } problem)
                {
                    display.Note($"scancel: {problem} Job {job.Name} may still run.");
                }
            }

            throw;
        }
        finally
        {
            DeleteFinishedJobs();
        }
    }

    private void Follow(
        List<SlurmTask> tasks, SlurmSubmitter submitter, IRunDisplay display, Action<TrialRecord> finished,
        Action<Trial, string> unfinished, CancellationToken cancellation)
    {
        var queue = new SlurmQueue(_time);
        long? noted = null;
        while (true)
        {
            // The queue is asked before the records: a task that has left it has written its record.
            var isAnswered = queue.Update(tasks);
            foreach (var task in tasks.ToList())
            {
                if (NewRecord(task) is { } record)
                {
                    Show(task, display);
                    tasks.Remove(task);
                    finished(record);
                    display.Finish(task.Trial, record);
                }
                else if (task.State is { State: "RUNNING" })
                {
                    Show(task, display);
                }
                else if (isAnswered && HasEnded(task))
                {
                    Settle(task);
                }
            }

            SubmitWaiting();
            if (tasks.Count == 0)
            {
                return;
            }

            if (noted is not { } last || _time.GetElapsedTime(last) > NoteInterval)
            {
                noted = _time.GetTimestamp();
                SlurmQueue.Jobs(tasks).ForEach(job => display.Note(Describe(job, tasks)));
            }

            if (cancellation.WaitHandle.WaitOne(queue.Interval))
            {
                throw new OperationCanceledException(cancellation);
            }
        }

        void Settle(SlurmTask task)
        {
            if (task.IsOfEarlierRun)
            {
                task.Release();
                return;
            }

            var end = $"Slurm task {task.Job!.Id}_{task.Index.ToString(CultureInfo.InvariantCulture)} ended "
                + $"({task.LastState?.State ?? "no longer in the queue"}) without a record; its output is in {task.Job.Folder(_root)}.";
            tasks.Remove(task);
            if (task.LastState is { HasFailed: true } && !WasInterrupted(task))
            {
                Show(task, display);
                var record = new TrialRunner(_session).RecordLoss(task.Trial, end, _time.GetUtcNow(), TimeSpan.Zero);
                finished(record);
                display.Finish(task.Trial, record);
            }
            else
            {
                var reason = WasInterrupted(task) ? $"{end} It was interrupted and has a checkpoint." : end;
                unfinished(task.Trial, reason);
                display.Unfinished(task.Trial, reason);
            }
        }

        void SubmitWaiting()
        {
            while (tasks.Where(task => task.Job is null).ToList() is { Count: > 0 } waiting)
            {
                try
                {
                    var job = submitter.Submit([.. waiting.Select(task => task.Trial.Key)], cancellation);
                    Assign(waiting, job, ofEarlierRun: false);
                }
                catch (SlurmBusyException exception)
                {
                    if (SlurmQueue.Jobs(tasks).Count == 0)
                    {
                        throw new UserErrorException(exception.Message, exception);
                    }

                    // The rest is submitted when some have ended.
                    return;
                }
            }
        }
    }

    private void AssignToEarlierJobs(List<SlurmTask> tasks)
    {
        foreach (var job in SlurmJob.Load(_root, _session.Warn))
        {
            Assign([.. tasks.Where(task => task.Job is null)], job, ofEarlierRun: true);
        }
    }

    private void Assign(List<SlurmTask> tasks, SlurmJob job, bool ofEarlierRun)
    {
        var byKey = tasks.ToDictionary(task => task.Trial.Key, StringComparer.Ordinal);
        foreach (var (index, key) in job.Keys(_root).Index())
        {
            if (byKey.TryGetValue(key, out var task))
            {
                task.Assign(job, index, ofEarlierRun, Interruptions(task.Trial));
            }
        }
    }

    // An earlier run's task is submitted again as soon as Slurm says that it has ended; what it may still write is taken all the same.
    private bool HasEnded(SlurmTask task) =>
        task is { Job: not null, State: not { IsLive: true } }
        && (_time.GetUtcNow() - task.LastLive > _options.LostAfter || task is { IsOfEarlierRun: true, State: not null });

    // A job of an earlier run may be one of other settings.
    private TrialRecord? NewRecord(SlurmTask task) =>
        _session.Store.Find(task.Trial) is { } record
        && record.Manifest.Started != task.RecordedBefore
        && record.Trial.DifferencesFrom(task.Trial).Count == 0
            ? record
            : null;

    private bool WasInterrupted(SlurmTask task) => Interruptions(task.Trial) > task.InterruptionsBefore;

    private int Interruptions(Trial trial) => TrialClock.Interruptions(_session.Store.CheckpointFolder(trial));

    private static void Show(SlurmTask task, IRunDisplay display)
    {
        if (!task.IsShown)
        {
            task.IsShown = true;
            display.Start(task.Trial);
        }
    }

    private static string Describe(SlurmJob job, List<SlurmTask> tasks)
    {
        var states = tasks.Where(task => task.Job == job)
            .GroupBy(task => task.State is { State: "PENDING", Reason: var reason }
                ? $"PENDING ({reason})"
                : task.State?.State ?? "submitted")
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {group.Key}"));
        return $"Slurm job {job.Id ?? "without a number"}, {job.Name}: {string.Join(", ", states)}";
    }

    // What trials that failed or were lost have printed stays for the user to read.
    private void DeleteFinishedJobs()
    {
        foreach (var job in SlurmJob.Load(_root, _ => { }))
        {
            if (job.Keys(_root).All(key => _session.Records.Find(key) is { Succeeded: true }) && SlurmQueue.IsDead(job))
            {
                Directory.Delete(job.Folder(_root), recursive: true);
            }
        }
    }
}
