namespace Reproduction;

/// <summary>What a running trial may use.</summary>
public sealed record TrialContext
{
    /// <summary>The trial being run.</summary>
    public required Trial Trial { get; init; }

    /// <summary>Profile, settings, inputs and device.</summary>
    public required RunOptions Options { get; init; }

    /// <summary>
    /// A folder of this trial's own for training checkpoints; it exists, outlives a killed run, and is removed once the
    /// trial has finished.
    /// </summary>
    public required string CheckpointFolder { get; init; }

    /// <summary>A folder of this trial's own for what it leaves, such as a trained adapter; it exists, and is empty at the start.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>A folder shared by all trials and runs of all experiments for caches, such as singular factors; it exists.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>Takes progress reports; cheap enough to be told every step.</summary>
    public required IProgress<TrialProgress> Progress { get; init; }

    /// <summary>Writes a line to the trial's log file.</summary>
    public required Action<string> Log { get; init; }

    /// <summary>
    /// A folder with something that several trials need, such as a model trained on one concept: made by whichever trial asks for
    /// it first, in this process, in another one or on another node, while the others wait; kept for later runs.
    /// </summary>
    /// <remarks>
    /// The first argument is the name of what is needed; it must say everything that decides the content, settings included. The
    /// second one fills an empty folder, whose path it gets. If it throws, the next trial that asks tries again.
    /// </remarks>
    public required Func<string, Action<string>, string> Shared { get; init; }
}
