using System.Collections.ObjectModel;
using SpectralAdapters;
using SpectralAdapters.Factors;
using TorchSharp;
using TorchSharp.Modules;
using Training;
using Training.Data;
using static TorchSharp.torch;

namespace Experiments.Shared;

/// <summary>
/// Fine-tuning of a model with an adapter as a training task: an experiment adds the loss of its examples and an evaluation. What
/// AdaLoRA needs beside them, its penalty and its rank allocator, is part of it.
/// </summary>
public abstract class AdapterFineTuning : ITrainingTask, IDisposable
{
    private readonly AdaLoraTraining? _adaLora;

    /// <param name="adapted">The model with its adapter.</param>
    /// <param name="sampler">The order of the training examples.</param>
    protected AdapterFineTuning(AdaptedModel adapted, IBatchSampler sampler)
    {
        (Adapted, Batches) = (adapted, sampler);
        _adaLora = AdaLoraTraining.Of(adapted);
    }

    /// <summary>The model with its adapter.</summary>
    public AdaptedModel Adapted { get; }

    /// <inheritdoc/>
    public nn.Module Model => Adapted.Model;

    /// <inheritdoc/>
    public IEnumerable<(string Name, Parameter Parameter)> TrainableParameters => Adapted.NamedTrainableParameters();

    /// <inheritdoc/>
    public IBatchSampler Batches { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> State => _adaLora?.State ?? ReadOnlyDictionary<string, Tensor>.Empty;

    /// <summary>The mean number of triplets that AdaLoRA's allocator has left a layer; null without one.</summary>
    public double? MeanRank => _adaLora?.MeanRank;

    /// <summary>Attaches a fresh adapter whose singular factors are cached, and moves the model to a device.</summary>
    /// <param name="model">The model, its weights loaded.</param>
    /// <param name="config">The adapter.</param>
    /// <param name="generator">Source of the adapter's initial random values.</param>
    /// <param name="cacheFolder">The folder of caches: trials of the same weights share their factors.</param>
    /// <param name="device">The device.</param>
    /// <param name="log">Takes a line about the cache.</param>
    public static AdaptedModel Attach(
        nn.Module model, AdapterConfig config, Generator generator, string cacheFolder, Device device, Action<string> log)
    {
        var factors = new CachedFactorSource(Path.Combine(cacheFolder, "factors"), new RandomisedFactorSource(), log);
        var adapted = AdaptedModel.Attach(model, config, generator, factors);
        model.to(device);
        return adapted;
    }

    /// <inheritdoc/>
    public Tensor Loss(int[] rows)
    {
        var loss = ExampleLoss(rows); // []
        return _adaLora?.Penalty() is { } penalty ? loss + penalty : loss;
    }

    /// <inheritdoc/>
    public void StepTaken(int step) => _adaLora?.OnStepCompleted(step);

    /// <inheritdoc/>
    /// <remarks>PEFT's AdaLoRA adds its penalty to every loss, so it takes part in the choice of the best checkpoint too.</remarks>
    public EvaluationResult Evaluate() => new PenalizedEvaluation(EvaluateExamples(), _adaLora?.Penalty()?.item<float>() ?? 0);

    /// <inheritdoc/>
    public void Dispose()
    {
        _adaLora?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The mean loss of a batch of training examples. []</summary>
    protected abstract Tensor ExampleLoss(int[] examples);

    /// <summary>Evaluates on the held-out split; called in evaluation mode and without gradients.</summary>
    protected abstract EvaluationResult EvaluateExamples();
}
