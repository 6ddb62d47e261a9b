using TorchSharp.Modules;
using Training.Data;
using static TorchSharp.torch;

namespace Training.Tests;

/// <summary>A task that asks for a stop during a given step.</summary>
internal sealed class TaskThatStops(ITrainingTask task, int stopAfter, CancellationTokenSource stop) : ITrainingTask
{
    private int lossCalls;

    public nn.Module Model => task.Model;

    public IEnumerable<(string Name, Parameter Parameter)> TrainableParameters => task.TrainableParameters;

    public IBatchSampler Batches => task.Batches;

    public IReadOnlyDictionary<string, Tensor> State => task.State;

    /// <summary>Runs a task for some steps, so that its checkpoint is written.</summary>
    public static void Interrupt(ITrainingTask task, TrainingConfig config, string path, int stopAfter)
    {
        using var stop = new CancellationTokenSource();
        var stopping = new TaskThatStops(task, stopAfter, stop);
        Assert.Throws<OperationCanceledException>(() => new Trainer(config).Fit(stopping, path, cancellation: stop.Token));
        Assert.True(File.Exists(path));
    }

    public Tensor Loss(int[] rows)
    {
        var loss = task.Loss(rows);
        if (++lossCalls == stopAfter)
        {
            stop.Cancel();
        }

        return loss;
    }

    public void StepTaken(int step) => task.StepTaken(step);

    public EvaluationResult Evaluate() => task.Evaluate();
}
