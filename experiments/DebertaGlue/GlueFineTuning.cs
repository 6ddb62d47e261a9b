using ModelZoo.Deberta;
using ModelZoo.Tokenizers;
using SpectralAdapters;
using TorchSharp.Modules;
using Training;
using Training.Data;
using Training.Evaluation;
using static TorchSharp.torch;

namespace DebertaGlue;

/// <summary>Fine-tuning of a DeBERTa sequence classifier on one GLUE task.</summary>
internal sealed class GlueFineTuning : ITrainingTask
{
    private readonly GlueDataset data;
    private readonly DebertaForSequenceClassification model;
    private readonly AdaptedModel adapted;
    private readonly Device device;
    private readonly int batchSize;
    private readonly int paddingId;
    private readonly int[][] trainIds;
    private readonly int[][] developmentIds;

    public GlueFineTuning(GlueDataset data, DebertaTokenizer tokenizer, DebertaForSequenceClassification model, AdaptedModel adapted, Device device, int batchSize, int seed)
    {
        (this.data, this.model, this.adapted, this.device, this.batchSize) = (data, model, adapted, device, batchSize);
        paddingId = tokenizer.PadTokenId;
        // Truncation at the tokenizer's own limit only, which the published checkpoint does not define; longer inputs than the
        // model has positions for are legal too, as positions are relative.
        trainIds = [.. data.Train.Examples.Select(example => Encode(tokenizer, example))];
        developmentIds = [.. data.Development.Examples.Select(example => Encode(tokenizer, example))];
        Batches = new RandomBatchSampler(data.Train.Examples.Count, batchSize, seed);
    }

    public nn.Module Model => model;

    public IEnumerable<(string Name, Parameter Parameter)> TrainableParameters => adapted.NamedTrainableParameters();

    public IBatchSampler Batches { get; }

    public Tensor Loss(int[] rows)
    {
        var labels = rows.Select(row => data.Train.Examples[row].Label).ToArray();
        var target = data.Task.IsRegression ? tensor(labels, device: device) : tensor(labels, dtype: ScalarType.Int64, device: device); // [B]
        var loss = model.Loss(Logits(rows, trainIds), target); // []
        return OrthogonalPenalty() is { } penalty ? loss + penalty : loss;
    }

    /// <summary>Loss, metrics and predictions on the development split.</summary>
    public EvaluationResult Evaluate()
    {
        var evaluation = GlueEvaluator.Evaluate(
            data.Task,
            data.Development.Examples,
            Training.Data.Batches.Sequential(data.Development.Examples.Count, batchSize),
            rows => Logits(rows, developmentIds));
        // PEFT's AdaLoRA adds its penalty to every loss, so it takes part in the choice of the best checkpoint too.
        return OrthogonalPenalty() is { } penalty ? evaluation with { Loss = evaluation.Loss + penalty.item<float>() } : evaluation;
    }

    private static int[] Encode(DebertaTokenizer tokenizer, GlueExample example) => example.Sentence2 is { } second
        ? tokenizer.EncodePair(example.Sentence1, second)
        : tokenizer.EncodeSingle(example.Sentence1);

    // gamma times the mean over all matrices; a layer's own penalty is the sum over its two.
    private Tensor? OrthogonalPenalty()
    {
        if (adapted.Config is not AdaLoraConfig { OrthogonalWeight: > 0 } config)
        {
            return null;
        }

        var penalties = adapted.Layers.Values.Select(layer => ((AdaLoraAdapter)layer.Adapter!).OrthogonalPenalty()).ToList();
        return stack(penalties).sum() * (config.OrthogonalWeight / (2 * penalties.Count)); // []
    }

    private Tensor Logits(int[] rows, int[][] ids)
    {
        var batch = PaddedBatch.Collate([.. rows.Select(row => ids[row])], paddingId);
        var (inputIds, mask) = batch.ToTensors(device); // [B, T] each
        return model.call(inputIds, batch.TokenCount == batch.Rows * batch.Columns ? null : mask); // [B, labels]
    }
}
