using System.Globalization;
using Reproduction.Hosting.Display;
using Reproduction.Hosting.Execution;
using Reproduction.Storage;

namespace Reproduction.Hosting.Slurm;

/// <summary>
/// Runs trials as one Slurm job array and collects their records from the results folder, which the nodes share. An array
/// that an earlier, killed run has left in the queue is followed first; only what it leaves missing is submitted.
/// </summary>
internal sealed class SlurmExecutor : ITrialExecutor
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    // Looks at the records after the last task has left the queue: a shared folder shows new files late.
    private const int LastLooks = 3;

    // A controller that restarts is back within a minute.
    private const int MostUnanswered = 60;

    private readonly HostSession _session;
    private readonly SlurmOptions _options;
    private readonly string _folder;

    public SlurmExecutor(HostSession session, SlurmOptions options)
    {
        (_session, _options) = (session, options);
        _folder = Path.Combine(session.Store.Folder, "runs", "slurm");
        Directory.CreateDirectory(_folder);
    }

    private string JobPath => Path.Combine(_folder, "job.txt");

    private string KeysPath => Path.Combine(_folder, "trials.txt");

    private string ScriptPath => Path.Combine(_folder, "job.sh");

    public void Run(IReadOnlyList<PlannedTrial> planned, IRunDisplay display, Action<TrialRecord> finished, CancellationToken cancellation)
    {
        List<Trial> trials = [.. planned.Select(entry => entry.Trial)];
        var left = trials.ToDictionary(trial => trial.Key, StringComparer.Ordinal);
        var before = trials.ToDictionary(trial => trial.Key, trial => _session.Store.Find(trial)?.Manifest.Started, StringComparer.Ordinal);
        if (File.Exists(JobPath) && File.ReadAllText(JobPath).Trim() is { Length: > 0 } old && IsQueued(old))
        {
            Follow(old, File.ReadAllLines(KeysPath));
        }

        if (left.Count > 0)
        {
            string[] keys = [.. trials.Select(trial => trial.Key).Where(left.ContainsKey)];
            Follow(Submit(keys), keys);
        }

        foreach (var trial in left.Values.ToList())
        {
            Finish(trial, new TrialRunner(_session).RecordLoss(
                trial, $"The Slurm job ended without a record; its output is in {_folder}.",
                _session.Environment.Time.GetUtcNow(), TimeSpan.Zero));
        }

        void Follow(string job, string[] keys)
        {
            var started = new HashSet<string>(StringComparer.Ordinal);
            var (unanswered, looks) = (0, LastLooks);
            while (looks > 0 && keys.Any(left.ContainsKey))
            {
                Dictionary<int, string> states = [];
                try
                {
                    // The queue is asked before the records: a task that has left it has written its record.
                    states = SlurmCommands.States(job);
                    unanswered = 0;
                    looks = states.Count > 0 ? LastLooks : looks - 1;
                }
                catch (SlurmBusyException exception)
                {
                    if (++unanswered > MostUnanswered)
                    {
                        throw new UserErrorException(
                            $"{exception.Message} Job {job} may still run; the same command follows it.", exception);
                    }
                }

                for (var i = 0; i < keys.Length; i++)
                {
                    if (!left.TryGetValue(keys[i], out var trial))
                    {
                        continue;
                    }

                    // An old job that is still queued may be one of other settings.
                    var record = _session.Store.Find(trial) is { } found
                        && found.Manifest.Started != before[trial.Key] && found.Trial.DifferencesFrom(trial).Count == 0
                        ? found
                        : null;
                    if ((record is not null || states.GetValueOrDefault(i) == "RUNNING") && started.Add(trial.Key))
                    {
                        display.Start(trial);
                    }

                    if (record is not null)
                    {
                        Finish(trial, record);
                    }
                }

                if (looks > 0 && keys.Any(left.ContainsKey) && cancellation.WaitHandle.WaitOne(Interval))
                {
                    SlurmCommands.Cancel(job);
                    throw new OperationCanceledException(cancellation);
                }
            }
        }

        void Finish(Trial trial, TrialRecord record)
        {
            left.Remove(trial.Key);
            finished(record);
            display.Finish(trial, record);
        }
    }

    private static bool IsQueued(string job)
    {
        try
        {
            return SlurmCommands.States(job).Count > 0;
        }
        catch (SlurmBusyException exception)
        {
            throw new UserErrorException($"{exception.Message} Whether job {job} of an earlier run still runs is unknown.", exception);
        }
    }

    private string Submit(string[] keys)
    {
        AtomicFile.Write(KeysPath, string.Join('\n', keys) + "\n");
        AtomicFile.Write(ScriptPath, Script(keys.Length));
        var job = SlurmCommands.Submit(ScriptPath);
        AtomicFile.Write(JobPath, job + "\n");
        return job;
    }

    private string Script(int tasks)
    {
        // Slurm's warning goes to the program itself (exec), which then writes a checkpoint.
        IEnumerable<string> directives =
        [
            string.Create(CultureInfo.InvariantCulture, $"--array=0-{tasks - 1}"), $"--job-name={_session.Experiment.Id}",
            $"--output={Path.Combine(_folder, "%a.out")}", $"--chdir={Directory.GetCurrentDirectory()}", "--signal=B:TERM@60",
            .. _options.Directives,
        ];
        string[] command = [.. _session.Environment.WorkerCommand, .. _session.Options.Arguments, "--trial"];
        return $$"""
            #!/bin/bash
            {{string.Join('\n', directives.Select(directive => $"#SBATCH {directive}"))}}
            export OMP_NUM_THREADS="${SLURM_CPUS_PER_TASK:-1}"
            exec {{string.Join(' ', command.Select(Quote))}} "$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" {{Quote(KeysPath)}})"

            """.ReplaceLineEndings("\n");

        static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
