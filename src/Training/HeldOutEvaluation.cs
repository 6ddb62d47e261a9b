using TorchSharp;
using static TorchSharp.torch;

namespace Training;

/// <summary>Evaluations of a run on held-out data, and the best parameters by their loss.</summary>
internal static class HeldOutEvaluation
{
    /// <summary>Evaluates the current parameters and adds the result to the run.</summary>
    /// <exception cref="TrainingDivergedException">The evaluation loss is not finite.</exception>
    public static void Run(IEvaluatedTask task, TrainingRun run)
    {
        task.Model.eval();
        using (NewDisposeScope())
        using (no_grad())
        {
            var result = task.Evaluate();
            if (!double.IsFinite(result.Loss))
            {
                run.Best?.Restore();
                throw new TrainingDivergedException(
                    run.Step, FormattableString.Invariant($"the evaluation loss is {result.Loss}"), run.Best?.Step ?? run.Step);
            }

            run.Evaluations.Add(new EvaluationPoint(run.Step, result));
        }

        task.Model.train();
    }

    /// <summary>Copies the current state if the last evaluation has the lowest loss so far.</summary>
    public static void KeepBest(TrainingRun run)
    {
        var loss = run.Evaluations[^1].Result.Loss;
        if (!(loss < run.BestLoss))
        {
            return;
        }

        run.BestLoss = loss;
        if (run.Best is null)
        {
            run.Best = run.Snapshot(run.Step);
        }
        else
        {
            run.Best.Capture(run.Step);
        }
    }

    /// <summary>
    /// The evaluation after the last step, and that of the parameters to keep: the best ones, which are restored, where the run has
    /// kept them.
    /// </summary>
    public static (EvaluationPoint Last, EvaluationPoint Kept) LastAndKept(IEvaluatedTask task, TrainingRun run)
    {
        if (run.Evaluations.Count == 0 || run.Evaluations[^1].Step != run.Step)
        {
            Run(task, run);
        }

        var last = run.Evaluations[^1];
        if (run.Best is not { } best || best.Step == last.Step)
        {
            return (last, last);
        }

        best.Restore();
        // Evaluated again because a resumed run has only the metrics of earlier evaluations, not their predictions.
        Run(task, run);
        var kept = new EvaluationPoint(best.Step, run.Evaluations[^1].Result);
        run.Evaluations.RemoveAt(run.Evaluations.Count - 1);
        return (last, kept);
    }
}
