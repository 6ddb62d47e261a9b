using TorchSharp.Modules;
using Training.Data;
using Training.Evaluation;
using static TorchSharp.torch;

namespace Training.Tests;

/// <summary>A task that asks for a stop during a given step.</summary>
internal sealed class ToyTaskThatStops(ToyTask task, int stopAfter, CancellationTokenSource stop) : ITrainingTask
{
    public nn.Module Model => task.Model;

    public IEnumerable<(string Name, Parameter Parameter)> TrainableParameters => task.TrainableParameters;

    public IBatchSampler Batches => task.Batches;

    public Tensor Loss(int[] rows)
    {
        var loss = task.Loss(rows);
        if (task.LossCalls == stopAfter)
        {
            stop.Cancel();
        }

        return loss;
    }

    public EvaluationResult Evaluate() => task.Evaluate();
}
