using TorchSharp.Modules;
using Training.Data;
using Training.Evaluation;
using static TorchSharp.torch;

namespace Training;

/// <summary>What the <see cref="Trainer"/> needs to know of a model and its data.</summary>
public interface ITrainingTask
{
    /// <summary>The model, which is switched between training and evaluation mode.</summary>
    nn.Module Model { get; }

    /// <summary>The parameters to train, with their state-dict names, which decide about weight decay.</summary>
    IEnumerable<(string Name, Parameter Parameter)> TrainableParameters { get; }

    /// <summary>The order of the training rows.</summary>
    IBatchSampler Batches { get; }

    /// <summary>The mean loss of a batch; what it creates belongs to the dispose scope of the step. []</summary>
    /// <param name="rows">The batch's rows.</param>
    Tensor Loss(int[] rows);

    /// <summary>Evaluates on the held-out split; called in evaluation mode and without gradients.</summary>
    EvaluationResult Evaluate();
}
