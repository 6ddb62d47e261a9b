using SpectralAdapters;
using Training.Optimization;
using static TorchSharp.torch;

namespace Training;

/// <summary>Everything of a run that changes from step to step: what a checkpoint has to hold.</summary>
internal sealed class TrainingRun : IDisposable
{
    public TrainingRun(TrainingConfig config, ITrainingTask task)
    {
        BatchesPerEpoch = task.Batches.BatchesPerEpoch;
        TotalSteps = config.TotalSteps(BatchesPerEpoch);
        Schedule = new LearningRateSchedule(config.Schedule, config.WarmupSteps, TotalSteps);
        var parameters = task.TrainableParameters.ToList();
        if (parameters.FirstOrDefault(entry => !entry.Parameter.requires_grad) is { Name: { } frozen })
        {
            throw new ArgumentException($"the parameter '{frozen}' is frozen (requires_grad is false), expected trainable ones");
        }

        // A flat buffer has one dtype, and the Trainer of Hugging Face decays some parameters only.
        Groups =
        [
            .. parameters
                .GroupBy(entry => (Decays: WeightDecayRule.AppliesTo(entry.Name), entry.Parameter.dtype))
                .Select(group => new ParameterGroup(
                    new FlatParameters(group), config.LearningRate, group.Key.Decays ? config.WeightDecay : 0)),
        ];
        Optimizer = new FlatAdamW(Groups, config.Beta1, config.Beta2, config.Epsilon);
        TaskState = task.State;
    }

    public int BatchesPerEpoch { get; }

    public int TotalSteps { get; }

    public LearningRateSchedule Schedule { get; }

    public IReadOnlyList<ParameterGroup> Groups { get; }

    public FlatAdamW Optimizer { get; }

    /// <summary>The task's own tensors, which it keeps.</summary>
    public IReadOnlyDictionary<string, Tensor> TaskState { get; }

    /// <summary>How many optimiser steps were taken.</summary>
    public int Step => Optimizer.StepCount;

    public List<TrainingStep> Steps { get; } = [];

    public List<EvaluationPoint> Evaluations { get; } = [];

    /// <summary>The parameters of the lowest evaluation loss so far; null before the first evaluation or where they are not wanted.</summary>
    public ParameterSnapshot? Best { get; set; }

    public double BestLoss { get; set; } = double.PositiveInfinity;

    public TimeSpan TrainingTime { get; set; }

    public long Rows { get; set; }

    public void Dispose()
    {
        Best?.Dispose();
        Optimizer.Dispose();
        foreach (var group in Groups)
        {
            group.Parameters.Dispose();
        }
    }
}
