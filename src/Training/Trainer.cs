using System.Diagnostics;
using TorchSharp;
using Training.Optimization;
using static TorchSharp.torch;

namespace Training;

/// <summary>
/// Trains parameters of a model with AdamW, a learning-rate schedule, gradient accumulation and clipping, evaluates during training and
/// keeps the best parameters if asked to: what the Hugging Face Trainer does in the paper's language-model experiments.
/// </summary>
public sealed class Trainer
{
    private readonly TrainingConfig _config;

    /// <param name="config">The settings.</param>
    /// <exception cref="ArgumentException">A setting is out of range or would have no effect.</exception>
    public Trainer(TrainingConfig config)
    {
        config.Validate();
        _config = config;
    }

    /// <summary>Trains to the end, from the start or from a checkpoint.</summary>
    /// <param name="task">The model, its parameters, data and loss; an <see cref="IEvaluatedTask"/> where it has held-out data.</param>
    /// <param name="checkpointPath">
    /// The safetensors file that <see cref="TrainingConfig.CheckpointSteps"/> writes. If it exists, the run resumes from
    /// it and ends in the same bits as if it had not been interrupted. The checkpoint before it is kept beside it as
    /// <c>.previous</c>. A damaged file is renamed to <c>.damaged</c>, and the run resumes from the previous one or starts over.
    /// </param>
    /// <param name="progress">
    /// Receives every step: after it was taken, or, with <see cref="TrainingConfig.LoggingSteps"/> above 1, after a later step.
    /// </param>
    /// <param name="cancellation">Stops the run after the current step, with a checkpoint if there is a path.</param>
    /// <param name="log">Is told of a damaged checkpoint.</param>
    /// <exception cref="ArgumentException">The settings and the task do not fit each other; the message says what does not.</exception>
    /// <exception cref="TrainingDivergedException">Loss, gradients or evaluation loss are not finite.</exception>
    /// <exception cref="InvalidDataException">
    /// The checkpoint was written with other settings, parameters, batches, dropout or another <see cref="ITrainingTask.Fingerprint"/>,
    /// or is no checkpoint.
    /// </exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public TrainingResult Fit(
        ITrainingTask task,
        string? checkpointPath = null,
        IProgress<TrainingStep>? progress = null,
        CancellationToken cancellation = default,
        Action<string>? log = null)
    {
        if (_config.CheckpointSteps is not null && checkpointPath is null)
        {
            throw new ArgumentException($"{nameof(_config.CheckpointSteps)} is set, expected a path to write to", nameof(checkpointPath));
        }

        RequireHeldOutData(task);

        PeakMemory.Reset();
        using var run = new TrainingRun(_config, task);
        if (checkpointPath is not null)
        {
            TrainingCheckpoint.Resume(checkpointPath, _config, run, log ?? (_ => { }));
        }

        using var steps = new StepLog(run.TotalSteps);
        using var lastGood = _config.LoggingSteps > 1 ? run.Snapshot(run.Step) : null;
        IReadOnlyList<int[]> batches = [];
        task.Model.train();
        while (run.Step < run.TotalSteps)
        {
            if (cancellation.IsCancellationRequested)
            {
                Report(ReadLog(run, steps, lastGood), progress);
                if (checkpointPath is not null)
                {
                    TrainingCheckpoint.Save(checkpointPath, _config, run);
                }

                cancellation.ThrowIfCancellationRequested();
            }

            var (epoch, step) = Math.DivRem(run.Step, run.StepsPerEpoch);
            if (step == 0 || batches.Count == 0)
            {
                batches = task.Sampler.Epoch(epoch);
            }

            // Fewer in the last step of an epoch whose batches do not divide evenly.
            int[][] accumulated = [.. batches.Skip(step * _config.AccumulationSteps).Take(_config.AccumulationSteps)];
            Report(TakeStep(task, run, accumulated, steps, lastGood), progress);
            if (IsDue(_config.EvaluationSteps, run.Step))
            {
                HeldOutEvaluation.Run((IEvaluatedTask)task, run);
                if (_config.RestoreBest)
                {
                    HeldOutEvaluation.KeepBest(run);
                }
            }

            if (IsDue(_config.CheckpointSteps, run.Step))
            {
                TrainingCheckpoint.Save(checkpointPath!, _config, run);
            }
        }

        return Finish(task, run);
    }

    private void RequireHeldOutData(ITrainingTask task)
    {
        if (task is IEvaluatedTask)
        {
            return;
        }

        const string Reason = $"the task has no held-out data (it is no {nameof(IEvaluatedTask)})";
        if (_config.RestoreBest)
        {
            throw new ArgumentException($"{nameof(_config.RestoreBest)}: found true, expected false: {Reason}", nameof(task));
        }

        if (_config.EvaluationSteps is { } steps)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{nameof(_config.EvaluationSteps)}: found {steps}, expected none: {Reason}"), nameof(task));
        }
    }

    private IReadOnlyList<TrainingStep> TakeStep(
        ITrainingTask task, TrainingRun run, int[][] batches, StepLog log, TrainingSnapshot? lastGood)
    {
        var start = Stopwatch.GetTimestamp();
        var step = run.Step + 1;
        var factor = run.Schedule.Factor(run.Step);
        using (NewDisposeScope())
        {
            SeedStep(step);
            var loss = GradientAccumulation.Backward(task, batches, run.Groups); // []
            var norm = GradientClipping.Norm(run.Groups); // []
            if (_config.MaxGradientNorm is { } maximum)
            {
                GradientClipping.Clip(run.Groups, norm, maximum);
            }

            log.Add(step, _config.LearningRate * factor, loss, norm);
        }

        // Before the optimiser acts, so that a bad gradient never reaches the parameters.
        var isRead = step == run.TotalSteps
            || IsDue(_config.LoggingSteps, step) || IsDue(_config.EvaluationSteps, step) || IsDue(_config.CheckpointSteps, step);
        var read = isRead ? ReadLog(run, log, lastGood) : [];
        run.Optimizer.Step(factor);
        NotifyTask(task, run);
        run.Examples += batches.Sum(examples => examples.Length);
        run.TrainingTime += Stopwatch.GetElapsedTime(start);
        return read;
    }

    private static void NotifyTask(ITrainingTask task, TrainingRun run)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var group in run.Groups)
        {
            group.Parameters.ShowGradients();
        }

        task.OnStepCompleted(run.Step - 1);
        foreach (var group in run.Groups)
        {
            group.Parameters.HideGradients();
        }
    }

    private static IReadOnlyList<TrainingStep> ReadLog(TrainingRun run, StepLog log, TrainingSnapshot? lastGood)
    {
        var steps = log.Read();
        foreach (var step in steps)
        {
            if (!double.IsFinite(step.Loss) || !double.IsFinite(step.GradientNorm))
            {
                lastGood?.Restore();
                throw new TrainingDivergedException(
                    step.Step,
                    FormattableString.Invariant($"the loss is {step.Loss}, the gradient norm {step.GradientNorm}"),
                    lastGood?.Step ?? run.Step);
            }

            run.Steps.Add(step);
        }

        lastGood?.Capture(run.Step);
        return steps;
    }

    private static void Report(IReadOnlyList<TrainingStep> steps, IProgress<TrainingStep>? progress)
    {
        foreach (var step in steps)
        {
            progress?.Report(step);
        }
    }

    private static TrainingResult Finish(ITrainingTask task, TrainingRun run)
    {
        var (last, kept) = task is IEvaluatedTask evaluated ? HeldOutEvaluation.LastAndKept(evaluated, run) : (null, null);
        task.Model.eval();
        return new TrainingResult
        {
            Steps = run.Steps,
            Evaluations = run.Evaluations,
            Last = last,
            Kept = kept,
            TrainingTime = run.TrainingTime,
            Examples = run.Examples,
            ResumedFromStep = run.ResumedFromStep,
            PeakMemoryBytes = PeakMemory.Read(),
        };
    }

    // What a step draws depends on seed and step alone: a resumed run needs no generator state, on any device.
    private void SeedStep(int step)
    {
        var mixed = ((ulong)(uint)_config.Seed << 32 | (uint)step) * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 32)) * 0xD6E8FEB86659FD93;
        using var generator = manual_seed((long)((mixed ^ (mixed >> 32)) & long.MaxValue));
    }

    private static bool IsDue(int? interval, int step) => interval is { } every && step % every == 0;
}
