using System.Collections.ObjectModel;
using ModelZoo.Deberta;
using SpectralAdapters;
using Tasks.Glue;
using TorchSharp.Modules;
using Training;
using Training.Data;
using static TorchSharp.torch;

namespace DebertaGlue;

/// <summary>Fine-tuning of a DeBERTa sequence classifier on one GLUE task.</summary>
internal sealed class GlueFineTuning : ITrainingTask, IDisposable
{
    private readonly GlueDataset data;
    private readonly DebertaForSequenceClassification model;
    private readonly AdaptedModel adapted;
    private readonly Device device;
    private readonly int batchSize;
    private readonly AdaLoraTraining? adaLora;
    private readonly GlueTokens tokens;

    public GlueFineTuning(GlueDataset data, GlueTokens tokens, DebertaForSequenceClassification model, AdaptedModel adapted, Device device, IBatchSampler batches, int batchSize)
    {
        (this.data, this.tokens, this.model, this.adapted, this.device, this.batchSize) = (data, tokens, model, adapted, device, batchSize);
        Batches = batches;
        adaLora = AdaLoraTraining.Of(adapted);
    }

    public nn.Module Model => model;

    public IEnumerable<(string Name, Parameter Parameter)> TrainableParameters => adapted.NamedTrainableParameters();

    public IBatchSampler Batches { get; }

    /// <summary>What AdaLoRA's allocator remembers; empty without one.</summary>
    public IReadOnlyDictionary<string, Tensor> State => adaLora?.State ?? ReadOnlyDictionary<string, Tensor>.Empty;

    /// <summary>The mean number of triplets that AdaLoRA's allocator has left a layer; null without one.</summary>
    public double? MeanRank => adaLora?.MeanRank;

    public Tensor Loss(int[] rows)
    {
        var labels = rows.Select(row => data.Train.Examples[row].Label).ToArray();
        var target = data.Task.IsRegression ? tensor(labels, device: device) : tensor(labels, dtype: ScalarType.Int64, device: device); // [B]
        var loss = model.Loss(Logits(rows, tokens.Train), target); // []
        return adaLora?.Penalty() is { } penalty ? loss + penalty : loss;
    }

    public void StepTaken(int step) => adaLora?.OnStepCompleted(step);

    /// <summary>Loss, metrics and predictions on the development split: a <see cref="PenalisedEvaluation"/>.</summary>
    public EvaluationResult Evaluate()
    {
        var evaluation = GlueEvaluator.Evaluate(
            data.Task,
            data.Development.Examples,
            Training.Data.Batches.Sequential(data.Development.Examples.Count, batchSize),
            rows => Logits(rows, tokens.Development));
        // PEFT's AdaLoRA adds its penalty to every loss, so it takes part in the choice of the best checkpoint too.
        return new PenalisedEvaluation(evaluation, adaLora?.Penalty()?.item<float>() ?? 0);
    }

    public void Dispose() => adaLora?.Dispose();

    private Tensor Logits(int[] rows, IReadOnlyList<int[]> ids)
    {
        var batch = PaddedBatch.Collate([.. rows.Select(row => ids[row])], tokens.PaddingId);
        var (inputIds, mask) = batch.ToTensors(device); // [B, T] each
        return model.call(inputIds, batch.TokenCount == batch.Rows * batch.Columns ? null : mask); // [B, labels]
    }
}
