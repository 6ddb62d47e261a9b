using TorchSharp;
using static TorchSharp.torch;

namespace Training;

/// <summary>Losses and gradient norms that are still on the device.</summary>
internal sealed class StepLog : IDisposable
{
    private readonly List<(int Step, double LearningRate, Tensor LossAndNorm)> _pending = [];
    private readonly int _totalSteps;

    public StepLog(int totalSteps) => _totalSteps = totalSteps;

    /// <summary>Adds a step.</summary>
    /// <param name="step">The step, counted from 1.</param>
    /// <param name="learningRate">Its learning rate.</param>
    /// <param name="loss">Its loss, float32. []</param>
    /// <param name="gradientNorm">The norm of its gradients, float32. []</param>
    public void Add(int step, double learningRate, Tensor loss, Tensor gradientNorm)
    {
        var both = stack([loss, gradientNorm]); // [2]
        _pending.Add((step, learningRate, both.DetachFromDisposeScope()));
    }

    /// <summary>Reads and removes all steps, in one transfer.</summary>
    public IReadOnlyList<TrainingStep> Read()
    {
        if (_pending.Count == 0)
        {
            return [];
        }

        using var scope = NewDisposeScope();
        var values = stack(_pending.Select(step => step.LossAndNorm)).cpu().data<float>().ToArray(); // [n, 2]
        var steps = _pending
            .Select((step, i) => new TrainingStep(step.Step, _totalSteps, values[2 * i], values[2 * i + 1], step.LearningRate))
            .ToList();
        Dispose();
        return steps;
    }

    public void Dispose()
    {
        _pending.ForEach(step => step.LossAndNorm.Dispose());
        _pending.Clear();
    }
}
