using System.Collections.ObjectModel;
using ModelZoo.Deberta;
using SpectralAdapters;
using Tasks.Glue;
using Training;
using Training.Data;
using static TorchSharp.torch;

namespace DebertaGlue;

/// <summary>Fine-tuning of a DeBERTa sequence classifier on one GLUE task.</summary>
internal sealed class GlueFineTuning : IEvaluatedTask, IDisposable
{
    private readonly GlueDataset data;
    private readonly DebertaForSequenceClassification model;
    private readonly AdaptedModel adapted;
    private readonly Device device;
    private readonly int batchSize;
    private readonly RankAllocator? allocator;
    private readonly GlueTokens tokens;

    public GlueFineTuning(GlueDataset data, GlueTokens tokens, DebertaForSequenceClassification model, AdaptedModel adapted, Device device, IBatchSampler batches, int batchSize)
    {
        (this.data, this.tokens, this.model, this.adapted, this.device, this.batchSize) = (data, tokens, model, adapted, device, batchSize);
        Sampler = batches;
        if (adapted.Config is AdaLoraConfig { Allocation: { } allocation })
        {
            allocator = new RankAllocator(allocation, AdaLoraLayers().ToDictionary(layer => layer.Name, layer => layer.Adapter));
        }
    }

    public nn.Module Model => model;

    public IReadOnlyList<ParameterGroup> ParameterGroups => [new(adapted.NamedTrainableParameters())];

    public IBatchSampler Sampler { get; }

    /// <summary>What AdaLoRA's allocator remembers; empty without one.</summary>
    public IReadOnlyDictionary<string, Tensor> State => allocator?.State ?? ReadOnlyDictionary<string, Tensor>.Empty;

    /// <summary>The mean number of triplets that AdaLoRA's allocator has left a layer; null without one.</summary>
    public double? MeanRank => allocator?.MeanRank;

    public BatchLoss Loss(int[] examples)
    {
        var labels = examples.Select(example => data.Train.Examples[example].Label).ToArray();
        var target = data.Task.IsRegression ? tensor(labels, device: device) : tensor(labels, dtype: ScalarType.Int64, device: device); // [B]
        var loss = model.Loss(Logits(examples, tokens.Train), target); // []
        return new BatchLoss(OrthogonalPenalty() is { } penalty ? loss + penalty : loss, examples.Length);
    }

    public void OnStepCompleted(int step) => allocator?.Update(step);

    /// <summary>Loss, metrics and predictions on the development split: a <see cref="PenalisedEvaluation"/>.</summary>
    public EvaluationResult Evaluate()
    {
        var evaluation = GlueEvaluator.Evaluate(
            data.Task,
            data.Development.Examples,
            Batches.Sequential(data.Development.Examples.Count, batchSize),
            rows => Logits(rows, tokens.Development));
        // PEFT's AdaLoRA adds its penalty to every loss, so it takes part in the choice of the best checkpoint too.
        return new PenalisedEvaluation(evaluation, OrthogonalPenalty()?.item<float>() ?? 0);
    }

    public void Dispose() => allocator?.Dispose();

    // gamma times the mean over all matrices; a layer's own penalty is the sum over its two.
    private Tensor? OrthogonalPenalty()
    {
        if (adapted.Config is not AdaLoraConfig { OrthogonalWeight: > 0 } config)
        {
            return null;
        }

        var penalties = AdaLoraLayers().Select(layer => layer.Adapter.OrthogonalPenalty()).ToList();
        return stack(penalties).sum() * (config.OrthogonalWeight / (2 * penalties.Count)); // []
    }

    private IEnumerable<(string Name, AdaLoraAdapter Adapter)> AdaLoraLayers() =>
        adapted.Layers.Select(layer => (layer.Key, (AdaLoraAdapter)layer.Value.Adapter!));

    private Tensor Logits(int[] rows, IReadOnlyList<int[]> ids)
    {
        var batch = PaddedBatch.Collate([.. rows.Select(row => ids[row])], tokens.PaddingId);
        var (inputIds, mask) = batch.ToTensors(device); // [B, T] each
        return model.call(inputIds, batch.TokenCount == batch.BatchSize * batch.SequenceLength ? null : mask); // [B, labels]
    }
}
