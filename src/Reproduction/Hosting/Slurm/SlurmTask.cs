namespace Reproduction.Hosting.Slurm;

/// <summary>A trial on its way through the queue.</summary>
internal sealed class SlurmTask(Trial trial, DateTimeOffset? recordedBefore)
{
    public Trial Trial { get; } = trial;

    /// <summary>When the trial of the record that was there before was started; null where there was none.</summary>
    public DateTimeOffset? RecordedBefore { get; } = recordedBefore;

    /// <summary>The job that holds the trial; null before it is submitted.</summary>
    public SlurmJob? Job { get; private set; }

    public int Index { get; private set; }

    /// <summary>Whether an earlier run submitted the job.</summary>
    public bool IsOfEarlierRun { get; private set; }

    /// <summary>When the queue last had the task, waiting or running.</summary>
    public DateTimeOffset LastLive { get; private set; }

    /// <summary>What the queue says now; null where it does not know the task.</summary>
    public SlurmTaskState? State { get; private set; }

    /// <summary>The last that the queue told, or null.</summary>
    public SlurmTaskState? LastState { get; private set; }

    /// <summary>How often the trial had been interrupted before the job.</summary>
    public int InterruptionsBefore { get; private set; }

    /// <summary>Whether the display shows it as running.</summary>
    public bool IsShown { get; set; }

    public void Assign(SlurmJob job, int index, bool ofEarlierRun, int interruptions)
    {
        (Job, Index, IsOfEarlierRun, InterruptionsBefore) = (job, index, ofEarlierRun, interruptions);
        (LastLive, State, LastState) = (job.Submitted, null, null);
    }

    public void Release() => Job = null;

    /// <summary>Takes what the queue says.</summary>
    /// <param name="state">The task's state, or null where the queue does not know it.</param>
    /// <param name="now">The time.</param>
    public void Update(SlurmTaskState? state, DateTimeOffset now)
    {
        (State, LastState) = (state, state ?? LastState);
        if (state is { IsLive: true })
        {
            LastLive = now;
        }
    }

    /// <summary>The queue did not answer: how long the task has been away from it is unknown.</summary>
    public void Keep(DateTimeOffset now)
    {
        if (State is not { IsLive: false })
        {
            LastLive = now;
        }
    }
}
