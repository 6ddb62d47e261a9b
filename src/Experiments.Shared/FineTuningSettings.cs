using Reproduction;
using Training;
using Training.Optimization;

namespace Experiments.Shared;

/// <summary>How a trial trains its adapter; part of its spec.</summary>
public sealed record FineTuningSettings
{
    /// <summary>The name of <see cref="LearningRate"/> after <c>--set</c>.</summary>
    public const string LearningRateName = "learning_rate";

    /// <summary>The name of <see cref="Epochs"/> after <c>--set</c>.</summary>
    public const string EpochsName = "epochs";

    /// <summary>The name of <see cref="MaxSteps"/> after <c>--set</c>.</summary>
    public const string MaxStepsName = "max_steps";

    private const string BatchSizeName = "batch_size";
    private const string WarmupStepsName = "warmup_steps";

    // Full fine-tuning of a published model writes gigabytes.
    private const int CheckpointSteps = 100;

    /// <summary>The peak learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Training epochs; this or <see cref="MaxSteps"/>.</summary>
    public int? Epochs { get; init; }

    /// <summary>Optimiser steps; this or <see cref="Epochs"/>.</summary>
    public int? MaxSteps { get; init; }

    /// <summary>Examples in a batch, in training and evaluation.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Optimiser steps of linear warm-up.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>AdamW's weight decay.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Evaluate, and keep the best by evaluation loss, every so many steps; null: at the end only.</summary>
    public int? EvaluationSteps { get; init; }

    /// <summary>What <c>--set</c> may change of it.</summary>
    /// <param name="learningRate">The default learning rate, in words.</param>
    /// <param name="length">The default length of a run, in words.</param>
    public static IReadOnlyList<Setting> Settings(string learningRate, string length) =>
    [
        Setting.Of<double>(LearningRateName, $"peak learning rate; default: {learningRate}"),
        Setting.Of<int>(EpochsName, $"training epochs; default: {length}"),
        Setting.Of<int>(MaxStepsName, $"optimiser steps, in place of epochs; default: {length}"),
        Setting.Of<int>(BatchSizeName, "examples in a batch; default: the profile's"),
        Setting.Of<int>(WarmupStepsName, "optimiser steps of linear warm-up; default: the profile's"),
    ];

    /// <summary>These settings with what the user gave.</summary>
    /// <exception cref="UserErrorException">Both epochs and steps are given.</exception>
    public FineTuningSettings With(SettingValues given)
    {
        if (given.IsGiven(EpochsName) && given.IsGiven(MaxStepsName))
        {
            throw new UserErrorException($"--set {EpochsName} and {MaxStepsName}: found both, expected one of them.");
        }

        var settings = this with
        {
            LearningRate = given.Get(LearningRateName, LearningRate),
            BatchSize = given.Get(BatchSizeName, BatchSize),
            WarmupSteps = given.Get(WarmupStepsName, WarmupSteps),
        };
        return given.IsGiven(EpochsName) ? settings with { Epochs = given.Get(EpochsName, 0), MaxSteps = null }
            : given.IsGiven(MaxStepsName) ? settings with { Epochs = null, MaxSteps = given.Get(MaxStepsName, 0) }
            : settings;
    }

    /// <summary>Checks every setting of a trial.</summary>
    /// <exception cref="UserErrorException">One is out of range; the message names the trial.</exception>
    public void Check(Trial trial)
    {
        try
        {
            ToTrainingConfig(trial.Seed).Validate();
            if (BatchSize < 1)
            {
                throw new ArgumentException(FormattableString.Invariant($"{nameof(BatchSize)}: found {BatchSize}, expected 1 or more"));
            }
        }
        catch (ArgumentException exception)
        {
            throw new UserErrorException($"{trial.Label}: {exception.Message}", exception);
        }
    }

    /// <summary>The trainer's settings.</summary>
    /// <param name="seed">The trial's seed.</param>
    public TrainingConfig ToTrainingConfig(int seed) => new()
    {
        LearningRate = LearningRate,
        WeightDecay = WeightDecay,
        WarmupSteps = WarmupSteps,
        Epochs = Epochs,
        MaxSteps = MaxSteps,
        EvaluationSteps = EvaluationSteps,
        RestoreBest = EvaluationSteps is not null,
        CheckpointSteps = EvaluationSteps ?? CheckpointSteps,
        Seed = seed,
    };
}
