using System.Collections.ObjectModel;
using Training.Data;
using static TorchSharp.torch;

namespace Training;

/// <summary>What the <see cref="Trainer"/> needs to know about a model and its data.</summary>
public interface ITrainingTask
{
    /// <summary>The model, which is switched between training and evaluation mode.</summary>
    nn.Module Model { get; }

    /// <summary>The parameters to train, each in one group.</summary>
    IReadOnlyList<ParameterGroup> ParameterGroups { get; }

    /// <summary>The batches of each epoch.</summary>
    IBatchSampler Sampler { get; }

    /// <summary>
    /// What the task itself changes from step to step, by name. A checkpoint contains these tensors too. A resumed run, and one that
    /// restores the best parameters, copies the saved values into them.
    /// </summary>
    IReadOnlyDictionary<string, Tensor> State => ReadOnlyDictionary<string, Tensor>.Empty;

    /// <summary>
    /// What else decides the run, by name, such as a digest of the training data. A checkpoint of a task with other entries is refused.
    /// The settings, the batches, the parameters and the dropout modules of <see cref="Model"/> are compared without it.
    /// </summary>
    IReadOnlyDictionary<string, string> Fingerprint => ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The loss of a batch; what it creates belongs to the dispose scope of the step.</summary>
    /// <param name="examples">The indices of the batch's examples.</param>
    BatchLoss Loss(int[] examples);

    /// <summary>
    /// Called after every optimiser step. The trainable parameters' <c>grad</c> holds what the optimiser was given, after clipping,
    /// during this call only. Nothing is recorded for a backward pass, and what the call creates belongs to its dispose scope.
    /// </summary>
    /// <param name="step">The completed step, counted from 0.</param>
    void OnStepCompleted(int step)
    {
    }
}
