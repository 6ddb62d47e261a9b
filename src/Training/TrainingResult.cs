namespace Training;

/// <summary>The result of a training run. Steps, time and examples of a resumed run include those before the interruption.</summary>
public sealed record TrainingResult
{
    /// <summary>Every optimiser step.</summary>
    public required IReadOnlyList<TrainingStep> Steps { get; init; }

    /// <summary>Every evaluation, including the one after the last step; empty for a task without held-out data.</summary>
    public required IReadOnlyList<EvaluationPoint> Evaluations { get; init; }

    /// <summary>The evaluation after the last step; null for a task without held-out data.</summary>
    public required EvaluationPoint? Last { get; init; }

    /// <summary>
    /// The evaluation of the parameters that the model has now: the one of lowest loss with
    /// <see cref="TrainingConfig.RestoreBest"/>, else <see cref="Last"/>. Null for a task without held-out data.
    /// </summary>
    public required EvaluationPoint? Kept { get; init; }

    /// <summary>
    /// The time spent in training steps, without evaluation, checkpoints and progress reports. Steps after the last checkpoint of a
    /// process that was killed are not included.
    /// </summary>
    public required TimeSpan TrainingTime { get; init; }

    /// <summary>The number of training examples processed, each counted as often as it was visited.</summary>
    public required long Examples { get; init; }

    /// <summary>The step of the checkpoint that the run was resumed from; null for a run without interruption.</summary>
    public int? ResumedFromStep { get; init; }

    /// <summary>The peak of <see cref="PeakMemory"/> during the run, in bytes; of a resumed run, since it was resumed.</summary>
    public required long PeakMemoryBytes { get; init; }

    /// <summary>Training examples per second.</summary>
    public double ExamplesPerSecond => Examples / TrainingTime.TotalSeconds;
}
