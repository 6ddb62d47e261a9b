namespace Training;

/// <summary>What came of a training run.</summary>
public sealed record TrainingResult
{
    /// <summary>Every optimiser step.</summary>
    public required IReadOnlyList<TrainingStep> Steps { get; init; }

    /// <summary>Every evaluation, the one after the last step included.</summary>
    public required IReadOnlyList<EvaluationPoint> Evaluations { get; init; }

    /// <summary>The evaluation after the last step.</summary>
    public required EvaluationPoint Last { get; init; }

    /// <summary>
    /// The evaluation of the parameters that the model holds now: the one of lowest loss with
    /// <see cref="TrainingConfig.RestoreBest"/>, else <see cref="Last"/>.
    /// </summary>
    public required EvaluationPoint Kept { get; init; }

    /// <summary>Time spent in training steps, without evaluation, checkpoints and whoever listens to the progress.</summary>
    public required TimeSpan TrainingTime { get; init; }

    /// <summary>Training rows visited, each as often as it was.</summary>
    public required long Rows { get; init; }

    /// <summary>The largest resident memory of the process during the run, in bytes.</summary>
    public required long PeakMemoryBytes { get; init; }

    /// <summary>Training rows per second.</summary>
    public double RowsPerSecond => Rows / TrainingTime.TotalSeconds;
}
