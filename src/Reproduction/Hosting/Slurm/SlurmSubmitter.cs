using System.Globalization;

namespace Reproduction.Hosting.Slurm;

/// <summary>Submits trials as job arrays.</summary>
/// <param name="session">The run.</param>
/// <param name="options">What the jobs ask for.</param>
/// <param name="root">The folder of the jobs' folders.</param>
/// <param name="note">Takes a line for the user.</param>
internal sealed class SlurmSubmitter(HostSession session, SlurmOptions options, string root, Action<string> note)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    // A controller that restarts is back within minutes.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(5);

    private int? _largest;

    /// <summary>Submits the trials that one array holds, from the front.</summary>
    /// <exception cref="UserErrorException">Slurm refuses the job.</exception>
    /// <exception cref="SlurmBusyException">The user has as many jobs as allowed, or Slurm does not answer for minutes.</exception>
    /// <exception cref="OperationCanceledException">The run was interrupted while Slurm was busy.</exception>
    public SlurmJob Submit(IReadOnlyList<string> keys, CancellationToken cancellation)
    {
        _largest ??= SlurmCommands.MaxArraySize();
        string[] taken = [.. keys.Take(_largest.Value)];
        var job = SlurmJob.New(session.Experiment.Id, session.Environment.Time.GetUtcNow());
        AtomicFile.Write(job.KeysPath(root), string.Join('\n', taken) + "\n");
        AtomicFile.Write(job.ScriptPath(root), Script(job));

        // Before it is submitted: a run that is killed meanwhile finds it in the queue by its name.
        job.Save(root);
        try
        {
            job = UntilTaken(job, Arguments(job, taken.Length), cancellation) with { Submitted = session.Environment.Time.GetUtcNow() };
        }
        catch (Exception exception) when (exception is UserErrorException or SlurmBusyException { IsLimit: true })
        {
            Directory.Delete(job.Folder(root), recursive: true);
            throw;
        }

        job.Save(root);
        return job;
    }

    private SlurmJob UntilTaken(SlurmJob job, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var begin = session.Environment.Time.GetTimestamp();
        while (true)
        {
            string problem;
            try
            {
                var (id, cluster) = SlurmCommands.Submit(arguments);
                if (id is not null)
                {
                    return job with { Id = id, Cluster = cluster };
                }

                problem = "sbatch: the answer holds no job number.";
            }
            catch (SlurmBusyException exception) when (!exception.IsLimit)
            {
                problem = exception.Message;
            }

            note($"{problem} Looking for the job in the queue, then trying again.");
            if (cancellation.WaitHandle.WaitOne(Pause))
            {
                SlurmCommands.Cancel(job);
                throw new OperationCanceledException(cancellation);
            }

            if (Accepted(job) is { } accepted)
            {
                return accepted;
            }

            if (session.Environment.Time.GetElapsedTime(begin) > LongestSilence)
            {
                // The job's folder stays: Slurm may have taken the job, and the next run looks for it by its name.
                throw new SlurmBusyException($"{problem} Whether Slurm has taken job {job.Name} is unknown; the same command follows it.");
            }
        }
    }

    // A request that was not answered may have been taken all the same.
    private static SlurmJob? Accepted(SlurmJob job)
    {
        try
        {
            return SlurmCommands.Tasks([job.Name], job.Cluster) is [var first, ..] ? job with { Id = first.JobId } : null;
        }
        catch (SlurmBusyException)
        {
            return null;
        }
    }

    // On the command line rather than in the script: there, variables such as SBATCH_TIMELIMIT would override them without a word.
    private List<string> Arguments(SlurmJob job, int tasks) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"--array=0-{tasks - 1}"),
        $"--job-name={job.Name}",
        $"--chdir={job.Folder(root)}",
        // The script itself opens the file: Slurm would replace percent signs in the folder's name, even in that of a relative path.
        "--output=/dev/null",
        "--export=ALL",
        // The warning goes to the program itself (exec), which then writes a checkpoint.
        "--signal=B:TERM@60",
        .. options.Directives,
        job.ScriptPath(root),
    ];

    private string Script(SlurmJob job)
    {
        string[] command = [.. session.Environment.WorkerCommand, .. session.Options.Arguments, "--trial"];
        return $$"""
            #!/bin/bash
            exec >> {{Quote(job.Folder(root))}}/"$SLURM_ARRAY_TASK_ID.out" 2>&1
            export OMP_NUM_THREADS="${SLURM_CPUS_PER_TASK:-1}"
            cd {{Quote(Directory.GetCurrentDirectory())}} || exit 1
            exec {{string.Join(' ', command.Select(Quote))}} "$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" {{Quote(job.KeysPath(root))}})"

            """.ReplaceLineEndings("\n");

        static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
