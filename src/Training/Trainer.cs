using System.Diagnostics;
using TorchSharp;
using Training.Optimization;
using static TorchSharp.torch;

namespace Training;

/// <summary>
/// Trains some parameters of a model with AdamW, a learning-rate schedule and gradient clipping, evaluates on the way and
/// keeps the best parameters if asked to: what the Hugging Face Trainer does in the paper's language-model experiments.
/// </summary>
public sealed class Trainer
{
    private readonly TrainingConfig config;

    /// <param name="config">The settings.</param>
    /// <exception cref="ArgumentException">A setting is out of range or would have no effect.</exception>
    public Trainer(TrainingConfig config)
    {
        config.Validate();
        this.config = config;
    }

    /// <summary>Trains to the end, from the start or from where a checkpoint stands.</summary>
    /// <param name="task">Model, parameters, data and loss.</param>
    /// <param name="checkpointPath">
    /// The safetensors file that <see cref="TrainingConfig.CheckpointSteps"/> writes. If it exists, the run continues from
    /// it and ends in the same bits as if it had not been interrupted.
    /// </param>
    /// <param name="progress">
    /// Is told every step: after it was taken, or, with <see cref="TrainingConfig.LoggingSteps"/> above 1, after a later step.
    /// </param>
    /// <param name="cancellation">Stops the run after the present step, with a checkpoint if there is a path.</param>
    /// <exception cref="TrainingDivergedException">Loss, gradients or evaluation loss are not finite.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is broken or belongs to another run.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public TrainingResult Fit(
        ITrainingTask task,
        string? checkpointPath = null,
        IProgress<TrainingStep>? progress = null,
        CancellationToken cancellation = default)
    {
        if (config.CheckpointSteps is not null && checkpointPath is null)
        {
            throw new ArgumentException($"{nameof(config.CheckpointSteps)} is set, expected a path to write to", nameof(checkpointPath));
        }

        PeakMemory.Reset();
        using var run = new TrainingRun(config, task);
        if (File.Exists(checkpointPath))
        {
            TrainingCheckpoint.Load(checkpointPath, config, run);
        }

        using var log = new StepLog(run.TotalSteps);
        using var lastGood = config.LoggingSteps > 1 ? new ParameterSnapshot(run.Groups, run.Step) : null;
        IReadOnlyList<int[]> batches = [];
        task.Model.train();
        while (run.Step < run.TotalSteps)
        {
            if (cancellation.IsCancellationRequested)
            {
                Report(ReadLog(run, log, lastGood), progress);
                if (checkpointPath is not null)
                {
                    TrainingCheckpoint.Save(checkpointPath, config, run);
                }

                cancellation.ThrowIfCancellationRequested();
            }

            var (epoch, batch) = Math.DivRem(run.Step, run.BatchesPerEpoch);
            if (batch == 0 || batches.Count == 0)
            {
                batches = task.Batches.Epoch(epoch);
            }

            Report(TakeStep(task, run, batches[batch], log, lastGood), progress);
            if (IsDue(config.EvaluationSteps, run.Step))
            {
                Evaluate(task, run);
                KeepBest(run);
            }

            if (IsDue(config.CheckpointSteps, run.Step))
            {
                TrainingCheckpoint.Save(checkpointPath!, config, run);
            }
        }

        return Finish(task, run);
    }

    private IReadOnlyList<TrainingStep> TakeStep(ITrainingTask task, TrainingRun run, int[] rows, StepLog log, ParameterSnapshot? lastGood)
    {
        var start = Stopwatch.GetTimestamp();
        var step = run.Step + 1;
        var factor = run.Schedule.Factor(run.Step);
        using (NewDisposeScope())
        {
            SeedStep(step);
            var loss = task.Loss(rows); // []
            loss.backward();
            foreach (var group in run.Groups)
            {
                group.Parameters.CollectGradients();
            }

            var norm = GradientClipping.Norm(run.Groups); // []
            if (config.MaxGradientNorm is { } maximum)
            {
                GradientClipping.Clip(run.Groups, norm, maximum);
            }

            log.Add(step, config.LearningRate * factor, loss, norm);
        }

        // Before the optimiser acts, so that a bad gradient never reaches the parameters.
        var isRead = step == run.TotalSteps || IsDue(config.LoggingSteps, step) || IsDue(config.EvaluationSteps, step) || IsDue(config.CheckpointSteps, step);
        var read = isRead ? ReadLog(run, log, lastGood) : [];
        run.Optimizer.Step(factor);
        TellTask(task, run);
        run.Rows += rows.Length;
        run.TrainingTime += Stopwatch.GetElapsedTime(start);
        return read;
    }

    private static void TellTask(ITrainingTask task, TrainingRun run)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        foreach (var group in run.Groups)
        {
            group.Parameters.ShowGradients();
        }

        task.StepTaken(run.Step - 1);
        foreach (var group in run.Groups)
        {
            group.Parameters.HideGradients();
        }
    }

    private static IReadOnlyList<TrainingStep> ReadLog(TrainingRun run, StepLog log, ParameterSnapshot? lastGood)
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

    private static void Evaluate(ITrainingTask task, TrainingRun run)
    {
        task.Model.eval();
        using (NewDisposeScope())
        using (no_grad())
        {
            var result = task.Evaluate();
            if (!double.IsFinite(result.Loss))
            {
                run.Best?.Restore();
                throw new TrainingDivergedException(run.Step, FormattableString.Invariant($"the evaluation loss is {result.Loss}"), run.Best?.Step ?? run.Step);
            }

            run.Evaluations.Add(new EvaluationPoint(run.Step, result));
        }

        task.Model.train();
    }

    private void KeepBest(TrainingRun run)
    {
        var loss = run.Evaluations[^1].Result.Loss;
        if (!config.RestoreBest || !(loss < run.BestLoss))
        {
            return;
        }

        run.BestLoss = loss;
        if (run.Best is null)
        {
            run.Best = new ParameterSnapshot(run.Groups, run.Step);
        }
        else
        {
            run.Best.Capture(run.Step);
        }
    }

    private static TrainingResult Finish(ITrainingTask task, TrainingRun run)
    {
        if (run.Evaluations.Count == 0 || run.Evaluations[^1].Step != run.Step)
        {
            Evaluate(task, run);
        }

        var last = run.Evaluations[^1];
        var kept = last;
        if (run.Best is { } best && best.Step != last.Step)
        {
            best.Restore();
            // Evaluated again because a resumed run knows only the figures of earlier evaluations, not their predictions.
            Evaluate(task, run);
            kept = new EvaluationPoint(best.Step, run.Evaluations[^1].Result);
            run.Evaluations.RemoveAt(run.Evaluations.Count - 1);
        }

        task.Model.eval();
        return new TrainingResult
        {
            Steps = run.Steps,
            Evaluations = run.Evaluations,
            Last = last,
            Kept = kept,
            TrainingTime = run.TrainingTime,
            Rows = run.Rows,
            PeakMemoryBytes = PeakMemory.Read(),
        };
    }

    // What a step draws depends on seed and step alone: a resumed run needs no generator state, on any device.
    private void SeedStep(int step)
    {
        var mixed = ((ulong)(uint)config.Seed << 32 | (uint)step) * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 32)) * 0xD6E8FEB86659FD93;
        using var generator = manual_seed((long)((mixed ^ (mixed >> 32)) & long.MaxValue));
    }

    private static bool IsDue(int? interval, int step) => interval is { } every && step % every == 0;
}
