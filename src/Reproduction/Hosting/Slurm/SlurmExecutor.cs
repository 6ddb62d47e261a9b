using System.Globalization;
using Reproduction.Storage;

namespace Reproduction.Hosting.Slurm;

/// <summary>
/// Runs trials as one Slurm job array and collects their records from the results folder, which the nodes share. An array
/// that an earlier, killed run has left in the queue is followed first; only what it leaves missing is submitted.
/// </summary>
internal sealed class SlurmExecutor : ITrialExecutor
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly HostSession session;
    private readonly SlurmOptions options;
    private readonly string folder;

    public SlurmExecutor(HostSession session, SlurmOptions options)
    {
        (this.session, this.options) = (session, options);
        folder = Path.Combine(session.Store.Folder, "runs", "slurm");
        Directory.CreateDirectory(folder);
    }

    private string JobPath => Path.Combine(folder, "job.txt");

    private string KeysPath => Path.Combine(folder, "trials.txt");

    private string ScriptPath => Path.Combine(folder, "job.sh");

    public void Run(IReadOnlyList<Trial> trials, IRunDisplay display, Action<TrialRecord> finished, CancellationToken cancellation)
    {
        var left = trials.ToDictionary(trial => trial.Key, StringComparer.Ordinal);
        var before = trials.ToDictionary(trial => trial.Key, trial => session.Store.Find(trial)?.Manifest.Started, StringComparer.Ordinal);
        if (File.Exists(JobPath) && File.ReadAllText(JobPath).Trim() is { Length: > 0 } old && SlurmCommands.States(old).Count > 0)
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
            Finish(trial, new TrialRunner(session).RecordLoss(
                trial, $"The Slurm job ended without a record; its output is in {folder}.", session.Environment.Time.GetUtcNow(), TimeSpan.Zero));
        }

        void Follow(string job, string[] keys)
        {
            var started = new HashSet<string>(StringComparer.Ordinal);
            var ended = false;
            while (!ended)
            {
                // The queue is asked before the records: a task that has left it has written its record.
                var states = SlurmCommands.States(job);
                ended = states.Count == 0;
                for (var i = 0; i < keys.Length; i++)
                {
                    if (!left.TryGetValue(keys[i], out var trial))
                    {
                        continue;
                    }

                    var record = session.Store.Find(trial) is { } found && found.Manifest.Started != before[trial.Key] ? found : null;
                    if ((record is not null || states.GetValueOrDefault(i) == "RUNNING") && started.Add(trial.Key))
                    {
                        display.Start(trial);
                    }

                    if (record is not null)
                    {
                        Finish(trial, record);
                    }
                }

                if (!ended && cancellation.WaitHandle.WaitOne(Interval))
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
            string.Create(CultureInfo.InvariantCulture, $"--array=0-{tasks - 1}"), $"--job-name={session.Experiment.Id}",
            $"--output={Path.Combine(folder, "%a.out")}", $"--chdir={Directory.GetCurrentDirectory()}", "--signal=B:TERM@60", .. options.Directives,
        ];
        string[] command = [.. session.Environment.WorkerCommand, .. session.Options.Arguments, "--trial"];
        return $$"""
            #!/bin/bash
            {{string.Join('\n', directives.Select(directive => $"#SBATCH {directive}"))}}
            export OMP_NUM_THREADS="${SLURM_CPUS_PER_TASK:-1}"
            exec {{string.Join(' ', command.Select(Quote))}} "$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" {{Quote(KeysPath)}})"

            """.ReplaceLineEndings("\n");

        static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
