namespace Reproduction.Hosting.Slurm;

/// <summary>What the queue says of the jobs that a run follows.</summary>
internal sealed class SlurmQueue(TimeProvider time)
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(10);

    // Short jobs are seen at once, and a controller is not asked every second for days.
    private const double IntervalShare = 0.02;

    // A controller that restarts is back within minutes.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(10);

    private readonly long _begin = time.GetTimestamp();
    private long _answered = time.GetTimestamp();

    /// <summary>How long to wait before the next question.</summary>
    public TimeSpan Interval
    {
        get
        {
            var interval = time.GetElapsedTime(_begin) * IntervalShare;
            return interval < ShortestInterval ? ShortestInterval : interval > LongestInterval ? LongestInterval : interval;
        }
    }

    /// <summary>The jobs of tasks that have been submitted.</summary>
    public static List<SlurmJob> Jobs(IEnumerable<SlurmTask> tasks) => [.. tasks.Select(task => task.Job).OfType<SlurmJob>().Distinct()];

    /// <summary>Whether Slurm says that no task of the job waits or runs.</summary>
    public static bool IsDead(SlurmJob job)
    {
        try
        {
            return SlurmCommands.Tasks([job.Name], job.Cluster).All(task => !task.IsLive);
        }
        catch (Exception exception) when (exception is SlurmBusyException or UserErrorException)
        {
            return false;
        }
    }

    /// <summary>Tells each task what the queue says of it.</summary>
    /// <returns>Whether the queue answered.</returns>
    /// <exception cref="UserErrorException">It has not answered for minutes.</exception>
    public bool Update(List<SlurmTask> tasks)
    {
        try
        {
            var states = Jobs(tasks)
                .GroupBy(job => job.Cluster)
                .SelectMany(jobs => SlurmCommands.Tasks([.. jobs.Select(job => job.Name)], jobs.Key))
                .GroupBy(state => (state.JobName, state.Index))
                // A task that the queue lists twice lives as long as one of them does.
                .ToDictionary(group => group.Key, group => group.OrderByDescending(state => state.IsLive).First());
            var now = time.GetUtcNow();
            tasks.ForEach(task => task.Update(task.Job is { } job ? states.GetValueOrDefault((job.Name, task.Index)) : null, now));
            _answered = time.GetTimestamp();
            return true;
        }
        catch (SlurmBusyException) when (time.GetElapsedTime(_answered) <= LongestSilence)
        {
            tasks.ForEach(task => task.Keep(time.GetUtcNow()));
            return false;
        }
        catch (SlurmBusyException exception)
        {
            throw new UserErrorException(
                $"{exception.Message} Jobs {string.Join(", ", Jobs(tasks).Select(job => job.Name))} may still run; "
                + "the same command follows them.",
                exception);
        }
    }
}
