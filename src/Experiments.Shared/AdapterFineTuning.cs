using System.Collections.ObjectModel;
using SpectralAdapters;
using Training;
using Training.Data;
using static TorchSharp.torch;

namespace Experiments.Shared;

/// <summary>
/// Fine-tuning of a model with an adapter as a training task: an experiment adds the loss of its examples. What
/// AdaLoRA needs beside it, its penalty and its rank allocator, is part of it.
/// </summary>
public abstract class AdapterFineTuning : ITrainingTask, IDisposable
{
    private readonly AdaLoraTraining? _adaLora;

    /// <param name="adapted">The model with its adapter.</param>
    /// <param name="sampler">The order of the training examples.</param>
    protected AdapterFineTuning(AdaptedModel adapted, IBatchSampler sampler)
    {
        (Adapted, Sampler) = (adapted, sampler);
        _adaLora = AdaLoraTraining.Of(adapted);
    }

    /// <summary>The model with its adapter.</summary>
    public AdaptedModel Adapted { get; }

    /// <inheritdoc/>
    public nn.Module Model => Adapted.Model;

    /// <inheritdoc/>
    public virtual IReadOnlyList<ParameterGroup> ParameterGroups => [new(Adapted.NamedTrainableParameters())];

    /// <inheritdoc/>
    public IBatchSampler Sampler { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> State => _adaLora?.State ?? ReadOnlyDictionary<string, Tensor>.Empty;

    /// <summary>The mean number of triplets that AdaLoRA's allocator has left a layer; null without one.</summary>
    public double? MeanRank => _adaLora?.MeanRank;

    /// <inheritdoc/>
    public BatchLoss Loss(int[] examples)
    {
        var loss = ExampleLoss(examples);
        return _adaLora?.Penalty() is { } penalty ? loss with { Mean = loss.Mean + penalty } : loss;
    }

    /// <inheritdoc/>
    public void OnStepCompleted(int step) => _adaLora?.OnStepCompleted(step);

    /// <inheritdoc/>
    public void Dispose()
    {
        _adaLora?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The mean loss of a batch of training examples or of their target tokens.</summary>
    protected abstract BatchLoss ExampleLoss(int[] examples);

    /// <summary>AdaLoRA's orthogonality penalty now; 0 for other methods.</summary>
    private protected double Penalty() => _adaLora?.Penalty()?.item<float>() ?? 0;
}
