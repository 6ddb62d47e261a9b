using System.Collections.ObjectModel;
using SpectralAdapters;
using Training;
using Training.Data;
using static TorchSharp.torch;

namespace Experiments.Shared;

/// <summary>
/// Fine-tuning of a model with an adapter as a training task: an experiment adds the loss of its examples and an evaluation. What
/// AdaLoRA needs beside them, its penalty and its rank allocator, is part of it.
/// </summary>
public abstract class AdapterFineTuning : IEvaluatedTask, IDisposable
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
    /// <remarks>PEFT's AdaLoRA adds its penalty to every loss, so it takes part in the choice of the best checkpoint too.</remarks>
    public EvaluationResult Evaluate() => new PenalizedEvaluation(EvaluateExamples(), _adaLora?.Penalty()?.item<float>() ?? 0);

    /// <inheritdoc/>
    public void Dispose()
    {
        _adaLora?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The mean loss of a batch of training examples or of their target tokens.</summary>
    protected abstract BatchLoss ExampleLoss(int[] examples);

    /// <summary>Evaluates on the held-out split; called in evaluation mode and without gradients.</summary>
    protected abstract EvaluationResult EvaluateExamples();
}
