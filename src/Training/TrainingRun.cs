using System.Globalization;
using SpectralAdapters;
using TorchSharp.Modules;
using Training.Optimization;
using static TorchSharp.torch;

namespace Training;

/// <summary>Everything of a run that changes from step to step: what a checkpoint has to contain.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly ITrainingTask _task;

    public TrainingRun(TrainingConfig config, ITrainingTask task)
    {
        _task = task;
        BatchesPerEpoch = task.Sampler.BatchesPerEpoch;
        config.Validate(BatchesPerEpoch);
        StepsPerEpoch = config.StepsPerEpoch(BatchesPerEpoch);
        TotalSteps = config.TotalSteps(BatchesPerEpoch);
        Schedule = new LearningRateSchedule(config.Schedule, config.WarmupSteps, TotalSteps);
        var groups = task.ParameterGroups.Select(group => (Group: group, Parameters: group.Parameters.ToList())).ToList();
        RequireTrainableOnce(groups.SelectMany(entry => entry.Parameters));
        var rule = new WeightDecayRule(task.Model);
        Groups = [.. groups.SelectMany(entry => Flatten(config, rule, entry.Group, entry.Parameters))];
        GroupSettings = string.Join("; ", groups.Select(entry => Describe(entry.Group, entry.Parameters)));
        Optimizer = new FlatAdamW(Groups, config.Beta1, config.Beta2, config.Epsilon);
        TaskState = task.State;
    }

    public int BatchesPerEpoch { get; }

    public int StepsPerEpoch { get; }

    public int TotalSteps { get; }

    public LearningRateSchedule Schedule { get; }

    public IReadOnlyList<FlatParameterGroup> Groups { get; }

    /// <summary>The task's groups and their own settings, as a checkpoint compares them.</summary>
    public string GroupSettings { get; }

    public FlatAdamW Optimizer { get; }

    /// <summary>The task's own tensors, which it keeps.</summary>
    public IReadOnlyDictionary<string, Tensor> TaskState { get; }

    /// <summary>The number of optimiser steps taken.</summary>
    public int Step => Optimizer.StepCount;

    /// <summary>The step of the checkpoint that the run was resumed from; null for a run from the start.</summary>
    public int? ResumedFromStep { get; set; }

    public List<TrainingStep> Steps { get; } = [];

    public List<EvaluationPoint> Evaluations { get; } = [];

    /// <summary>The state of the lowest evaluation loss so far; null before the first evaluation or where it is not needed.</summary>
    public TrainingSnapshot? Best { get; set; }

    public double BestLoss { get; set; } = double.PositiveInfinity;

    public TimeSpan TrainingTime { get; set; }

    public long Examples { get; set; }

    /// <summary>A copy of the current parameters and task state.</summary>
    /// <param name="step">The number of steps that led to them.</param>
    public TrainingSnapshot Snapshot(int step) => new(Groups, TaskState, step);

    /// <summary>What decides the run after some steps beside settings and parameters, as a checkpoint compares it.</summary>
    public IReadOnlyDictionary<string, string> Fingerprint(int step) => RunFingerprint.Of(_task, step / StepsPerEpoch);

    public void Dispose()
    {
        Best?.Dispose();
        Optimizer.Dispose();
        foreach (var group in Groups)
        {
            group.Parameters.Dispose();
        }
    }

    // A flat buffer has one dtype, and one weight decay.
    private static IEnumerable<FlatParameterGroup> Flatten(
        TrainingConfig config, WeightDecayRule rule, ParameterGroup group, List<(string Name, Parameter Parameter)> parameters)
    {
        group.Validate();
        if (parameters.Count == 0)
        {
            throw new ArgumentException($"parameter group '{group.Name}': found no parameters, expected at least one");
        }

        return parameters
            .GroupBy(entry => (Decays: group.WeightDecay is not null || rule.AppliesTo(entry.Name, entry.Parameter), entry.Parameter.dtype))
            .Select(part => new FlatParameterGroup(
                new FlatParameters(part),
                group.LearningRate ?? config.LearningRate,
                part.Key.Decays ? group.WeightDecay ?? config.WeightDecay : 0));
    }

    private static string Describe(ParameterGroup group, List<(string Name, Parameter Parameter)> parameters) =>
        FormattableString.Invariant(
        $"{group.Name}: {parameters.Count} parameters, learning rate {Text(group.LearningRate)}, weight decay {Text(group.WeightDecay)}");

    private static string Text(double? setting) => setting?.ToString("R", CultureInfo.InvariantCulture) ?? "default";

    private static void RequireTrainableOnce(IEnumerable<(string Name, Parameter Parameter)> parameters)
    {
        var names = new HashSet<string>();
        var tensors = new Dictionary<IntPtr, string>();
        foreach (var (name, parameter) in parameters)
        {
            if (!parameter.requires_grad)
            {
                throw new ArgumentException($"the parameter '{name}' is frozen (requires_grad is false), expected trainable ones");
            }

            if (!names.Add(name))
            {
                throw new ArgumentException($"the name '{name}' is given twice, expected each name once in all parameter groups");
            }

            if (!tensors.TryAdd(parameter.Handle, name))
            {
                throw new ArgumentException(
                    $"'{name}' is the same tensor as '{tensors[parameter.Handle]}', expected each parameter once in all parameter groups");
            }
        }
    }
}
