using TorchSharp;
using static TorchSharp.torch;

namespace Training;

/// <summary>Losses and gradient norms that still lie on the device.</summary>
internal sealed class StepLog : IDisposable
{
    private readonly List<(int Step, double LearningRate, Tensor LossAndNorm)> pending = [];
    private readonly int totalSteps;

    public StepLog(int totalSteps) => this.totalSteps = totalSteps;

    /// <summary>Remembers a step.</summary>
    /// <param name="step">The step, counted from 1.</param>
    /// <param name="learningRate">Its learning rate.</param>
    /// <param name="loss">Its loss. []</param>
    /// <param name="gradientNorm">The norm of its gradients. []</param>
    public void Add(int step, double learningRate, Tensor loss, Tensor gradientNorm)
    {
        var both = stack([loss.detach().to_type(ScalarType.Float32), gradientNorm]); // [2]
        pending.Add((step, learningRate, both.DetachFromDisposeScope()));
    }

    /// <summary>Reads all remembered steps in one transfer and forgets them.</summary>
    public IReadOnlyList<TrainingStep> Read()
    {
        if (pending.Count == 0)
        {
            return [];
        }

        using var scope = NewDisposeScope();
        var values = stack(pending.Select(step => step.LossAndNorm)).cpu().data<float>().ToArray(); // [n, 2]
        var steps = pending
            .Select((step, i) => new TrainingStep(step.Step, totalSteps, values[2 * i], values[2 * i + 1], step.LearningRate))
            .ToList();
        Dispose();
        return steps;
    }

    public void Dispose()
    {
        pending.ForEach(step => step.LossAndNorm.Dispose());
        pending.Clear();
    }
}
