using Training.Optimization;

namespace Training;

/// <summary>Settings of a training run. The defaults are those of the Hugging Face Trainer, where it has them.</summary>
public sealed record TrainingConfig
{
    /// <summary>The peak learning rate, above 0; a <see cref="ParameterGroup"/> may have its own.</summary>
    public required double LearningRate { get; init; }

    /// <summary>
    /// Decoupled weight decay of all but biases and normalisation layers; a <see cref="ParameterGroup"/> may have its own.
    /// </summary>
    public double WeightDecay { get; init; }

    /// <summary>AdamW's decay of the first moment.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>AdamW's decay of the second moment.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>AdamW's epsilon.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>The largest gradient norm over all parameters together; null for no clipping.</summary>
    public double? MaxGradientNorm { get; init; } = 1.0;

    /// <summary>The learning-rate schedule.</summary>
    public ScheduleType Schedule { get; init; } = ScheduleType.Linear;

    /// <summary>Steps of linear warm-up.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>Training epochs; this or <see cref="MaxSteps"/>.</summary>
    public int? Epochs { get; init; }

    /// <summary>Optimiser steps; this or <see cref="Epochs"/>.</summary>
    public int? MaxSteps { get; init; }

    /// <summary>
    /// Batches per optimiser step (<c>gradient_accumulation_steps</c>). A step minimises the mean loss over the examples or target
    /// tokens of all its batches, as one large batch would. The last step of an epoch takes the batches that are left, as in the
    /// Hugging Face Trainer since version 4.46.
    /// </summary>
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>Evaluate every so many steps; null for once at the end, where the task has held-out data.</summary>
    public int? EvaluationSteps { get; init; }

    /// <summary>
    /// Whether the run ends with the parameters of the evaluation with the lowest loss
    /// (<c>load_best_model_at_end</c>). Only evaluations at multiples of <see cref="EvaluationSteps"/> take part.
    /// </summary>
    public bool RestoreBest { get; init; }

    /// <summary>
    /// Read loss and gradient norm back from the device every so many steps. More than 1 keeps a GPU busy; every step is
    /// still reported, only later.
    /// </summary>
    public int LoggingSteps { get; init; } = 1;

    /// <summary>Write a checkpoint every so many steps; null for none.</summary>
    public int? CheckpointSteps { get; init; }

    /// <summary>Seed of everything random in a step, such as dropout. The order of the examples is the sampler's.</summary>
    public int Seed { get; init; }

    /// <summary>The number of optimiser steps per epoch.</summary>
    /// <param name="batchesPerEpoch">The number of batches per epoch.</param>
    public int StepsPerEpoch(int batchesPerEpoch) => (int)(((long)batchesPerEpoch + AccumulationSteps - 1) / AccumulationSteps);

    /// <summary>The number of optimiser steps of the run.</summary>
    /// <param name="batchesPerEpoch">The number of batches per epoch.</param>
    /// <exception cref="ArgumentException">The epochs have more steps than can be counted.</exception>
    public int TotalSteps(int batchesPerEpoch)
    {
        if (MaxSteps is { } steps)
        {
            return steps;
        }

        var perEpoch = StepsPerEpoch(batchesPerEpoch);
        var most = perEpoch == 0 ? int.MaxValue : int.MaxValue / perEpoch;
        Require(Epochs <= most, nameof(Epochs), Epochs, FormattableString.Invariant($"at most {most}: an epoch has {perEpoch} steps"));
        return Epochs!.Value * perEpoch;
    }

    /// <summary>Checks the settings that depend on the length of an epoch.</summary>
    /// <param name="batchesPerEpoch">The number of batches per epoch.</param>
    /// <exception cref="ArgumentException">A setting does not fit; the message names it.</exception>
    internal void Validate(int batchesPerEpoch)
    {
        Require(
            AccumulationSteps <= batchesPerEpoch, nameof(AccumulationSteps), AccumulationSteps,
            FormattableString.Invariant($"at most the {batchesPerEpoch} batches of an epoch"));
        var total = TotalSteps(batchesPerEpoch);
        Require(
            WarmupSteps < total, nameof(WarmupSteps), WarmupSteps, FormattableString.Invariant($"fewer than the {total} steps of the run"));
    }

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ArgumentException">A setting is out of range or would have no effect; the message names it.</exception>
    public void Validate()
    {
        Require(LearningRate > 0 && double.IsFinite(LearningRate), nameof(LearningRate), LearningRate, "a number above 0");
        Require(WeightDecay is >= 0 and < 1, nameof(WeightDecay), WeightDecay, "a number from 0 to below 1");
        Require(Beta1 is >= 0 and < 1, nameof(Beta1), Beta1, "a number from 0 to below 1");
        Require(Beta2 is >= 0 and < 1, nameof(Beta2), Beta2, "a number from 0 to below 1");
        Require(Epsilon > 0 && double.IsFinite(Epsilon), nameof(Epsilon), Epsilon, "a number above 0");
        Require(MaxGradientNorm is null or > 0, nameof(MaxGradientNorm), MaxGradientNorm, "a number above 0, or none");
        Require(Enum.IsDefined(Schedule), nameof(Schedule), Schedule, string.Join(", ", Enum.GetNames<ScheduleType>()));
        Require(WarmupSteps >= 0, nameof(WarmupSteps), WarmupSteps, "0 or more");
        Require(
            WarmupSteps == 0 || Schedule != ScheduleType.Constant, nameof(WarmupSteps), WarmupSteps,
            $"0 with the schedule {ScheduleType.Constant}, which has no warm-up ({ScheduleType.ConstantWithWarmup} has)");
        Require(Epochs is null or > 0, nameof(Epochs), Epochs, "1 or more");
        Require(MaxSteps is null or > 0, nameof(MaxSteps), MaxSteps, "1 or more");
        Require(Epochs is null != MaxSteps is null, nameof(Epochs), Epochs, $"exactly one of {nameof(Epochs)} and {nameof(MaxSteps)}");
        Require(AccumulationSteps > 0, nameof(AccumulationSteps), AccumulationSteps, "1 or more");
        Require(EvaluationSteps is null or > 0, nameof(EvaluationSteps), EvaluationSteps, "1 or more, or none");
        Require(!RestoreBest || EvaluationSteps is not null, nameof(RestoreBest), RestoreBest, $"false without {nameof(EvaluationSteps)}");
        Require(LoggingSteps > 0, nameof(LoggingSteps), LoggingSteps, "1 or more");
        Require(CheckpointSteps is null or > 0, nameof(CheckpointSteps), CheckpointSteps, "1 or more, or none");
    }

    private static void Require(bool holds, string name, object? found, string expected)
    {
        if (!holds)
        {
            throw new ArgumentException(FormattableString.Invariant($"{name}: found {found ?? "none"}, expected {expected}"));
        }
    }
}
