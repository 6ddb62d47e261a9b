using Reproduction;
using Training;
using Training.Data;

namespace Experiments.Shared;

/// <summary>How a trial trains its adapter; part of its spec.</summary>
public sealed record FineTuningSettings
{
    /// <summary>The name of <see cref="LearningRate"/> after <c>--set</c>.</summary>
    public const string LearningRateName = "learning_rate";

    private const string EpochsName = "epochs";
    private const string MaxStepsName = "max_steps";
    private const string MaxLengthName = "max_length";
    private const string BatchSizeName = "batch_size";
    private const string AccumulationName = "accumulation";
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

    /// <summary>Batches of an optimiser step, which takes the mean over all their examples or tokens.</summary>
    public int Accumulation { get; init; } = 1;

    /// <summary>Maximum sequence length in tokens, special tokens included; null: nothing is truncated.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Whether a batch has examples of similar length, which need less padding, instead of a uniform sample.</summary>
    public bool GroupByLength { get; init; }

    /// <summary>Optimiser steps of linear warm-up.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>AdamW's weight decay.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Evaluate, and keep the best by evaluation loss, every so many steps; null: at the end only.</summary>
    public int? EvaluationSteps { get; init; }

    /// <summary>What <c>--set</c> may change of it.</summary>
    /// <param name="learningRate">The default learning rate, in words.</param>
    /// <param name="length">The default length of a run, in words.</param>
    /// <param name="maxLength">The default maximum sequence length, and what is truncated, in words.</param>
    /// <param name="shortest">The smallest maximum sequence length that makes sense.</param>
    public static IReadOnlyList<Setting> Settings(string learningRate, string length, string maxLength, int shortest = 1) =>
    [
        Setting.Of<double>(LearningRateName, $"peak learning rate; default: {learningRate}", rate => rate > 0 ? null : "a number above 0"),
        Count(EpochsName, $"training epochs; default: {length}"),
        Count(MaxStepsName, $"optimiser steps, in place of epochs; default: {length}"),
        Count(BatchSizeName, "examples in a batch; default: the profile's"),
        Count(
            AccumulationName,
            "batches of an optimiser step (gradient accumulation); default: 1; where batches hold examples of similar length, those of a "
            + "step are other examples than one batch of that size"),
        Count(MaxLengthName, $"maximum sequence length in tokens, special tokens included; {maxLength}", shortest),
        Count(WarmupStepsName, "optimiser steps of linear warm-up; default: the profile's", 0),
    ];

    /// <summary>These settings with what the user gave.</summary>
    /// <exception cref="UserErrorException">Both epochs and steps are given, or a warm-up as long as the run.</exception>
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
            Accumulation = given.Get(AccumulationName, Accumulation),
            MaxLength = given.IsGiven(MaxLengthName) ? given.Get(MaxLengthName, 0) : MaxLength,
            WarmupSteps = given.Get(WarmupStepsName, WarmupSteps),
        };
        settings = given.IsGiven(EpochsName) ? settings with { Epochs = given.Get(EpochsName, 0), MaxSteps = null }
            : given.IsGiven(MaxStepsName) ? settings with { Epochs = null, MaxSteps = given.Get(MaxStepsName, 0) }
            : settings;
        return settings.WarmupSteps > 0 && settings.WarmupSteps >= settings.MaxSteps
            ? throw new UserErrorException(FormattableString.Invariant(
                $"--set {WarmupStepsName}={settings.WarmupSteps}: expected fewer than the {settings.MaxSteps} steps of the run."))
            : settings;
    }

    /// <summary>The examples that training visits, each as often as it does; for a plan.</summary>
    /// <param name="count">The number of training examples.</param>
    public double Examples(Func<int> count) =>
        Epochs is { } epochs ? (double)epochs * count() : (double)MaxSteps!.Value * BatchSize * Accumulation;

    /// <summary>The optimiser steps of a run.</summary>
    /// <param name="count">The number of training examples.</param>
    public int TotalSteps(int count) => ToTrainingConfig(seed: 0).TotalSteps((count + BatchSize - 1) / BatchSize);

    /// <summary>The order of the training examples.</summary>
    /// <param name="lengths">The tokens of each example.</param>
    /// <param name="seed">The trial's seed.</param>
    public IBatchSampler Sampler(IReadOnlyList<int> lengths, int seed) => GroupByLength
        ? new LengthBucketedBatchSampler(lengths, BatchSize, seed)
        : new RandomBatchSampler(lengths.Count, BatchSize, seed);

    /// <summary>The trainer's settings.</summary>
    /// <param name="seed">The trial's seed.</param>
    public TrainingConfig ToTrainingConfig(int seed) => new()
    {
        LearningRate = LearningRate,
        WeightDecay = WeightDecay,
        WarmupSteps = WarmupSteps,
        Epochs = Epochs,
        MaxSteps = MaxSteps,
        AccumulationSteps = Accumulation,
        EvaluationSteps = EvaluationSteps,
        RestoreBest = EvaluationSteps is not null,
        CheckpointSteps = EvaluationSteps ?? CheckpointSteps,
        Seed = seed,
    };

    private static Setting Count(string name, string description, int least = 1) => Setting.Of<int>(
        name, description, value => value >= least ? null : FormattableString.Invariant($"{least} or more"));
}
