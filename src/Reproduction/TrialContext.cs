namespace Reproduction;

/// <summary>What a running trial may use.</summary>
public sealed record TrialContext
{
    /// <summary>The profile being run.</summary>
    public required Profile Profile { get; init; }

    /// <summary>Settings, inputs and device.</summary>
    public required ExperimentOptions Options { get; init; }

    /// <summary>
    /// A folder of this trial's own for training checkpoints; it exists, outlives a killed run, and is removed once the
    /// trial has finished.
    /// </summary>
    public required string CheckpointFolder { get; init; }

    /// <summary>A folder shared by all trials and runs of all experiments for caches, such as singular factors; it exists.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>Takes progress reports; cheap enough to be told every step.</summary>
    public required IProgress<TrialProgress> Progress { get; init; }

    /// <summary>Writes a line to the trial's log file.</summary>
    public required Action<string> Log { get; init; }
}
