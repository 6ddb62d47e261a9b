using System.Collections.ObjectModel;
using TorchSharp.Modules;
using Training.Data;
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

    /// <summary>
    /// What the task itself changes from step to step, by name. A checkpoint holds these tensors too, and a resumed run copies
    /// the saved values into them.
    /// </summary>
    IReadOnlyDictionary<string, Tensor> State => ReadOnlyDictionary<string, Tensor>.Empty;

    /// <summary>The mean loss of a batch; what it creates belongs to the dispose scope of the step. []</summary>
    /// <param name="rows">The batch's rows.</param>
    Tensor Loss(int[] rows);

    /// <summary>
    /// Called after every optimiser step. The trained parameters' <c>grad</c> holds what the optimiser was given, after clipping,
    /// during this call only. Nothing is recorded for a backward pass, and what the call creates belongs to its dispose scope.
    /// </summary>
    /// <param name="step">The step just taken, counted from 0.</param>
    void StepTaken(int step)
    {
    }

    /// <summary>Evaluates on the held-out split; called in evaluation mode and without gradients.</summary>
    EvaluationResult Evaluate();
}
