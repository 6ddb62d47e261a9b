using Training.Data;
using static TorchSharp.torch;

namespace Training.Tests;

/// <summary>A task that asks for a stop during a given step.</summary>
internal sealed class TaskThatStops(IEvaluatedTask task, int stopAfter, CancellationTokenSource stop) : IEvaluatedTask
{
    private int _lossCalls;

    public nn.Module Model => task.Model;

    public IReadOnlyList<ParameterGroup> ParameterGroups => task.ParameterGroups;

    public IBatchSampler Sampler => task.Sampler;

    public IReadOnlyDictionary<string, Tensor> State => task.State;

    public IReadOnlyDictionary<string, string> Fingerprint => task.Fingerprint;

    /// <summary>Runs a task for some steps, so that its checkpoint is written.</summary>
    public static void Interrupt(IEvaluatedTask task, TrainingConfig config, string path, int stopAfter)
    {
        using var stop = new CancellationTokenSource();
        var stopping = new TaskThatStops(task, stopAfter, stop);
        Assert.Throws<OperationCanceledException>(() => new Trainer(config).Fit(stopping, path, cancellation: stop.Token));
        Assert.True(File.Exists(path));
    }

    public BatchLoss Loss(int[] examples)
    {
        var loss = task.Loss(examples);
        if (++_lossCalls == stopAfter)
        {
            stop.Cancel();
        }

        return loss;
    }

    public void OnStepCompleted(int step) => task.OnStepCompleted(step);

    public EvaluationResult Evaluate() => task.Evaluate();
}
