using Experiments.Shared;
using ModelZoo.Deberta;
using ModelZoo.Tokenizers;
using SpectralAdapters;
using Tasks.Glue;
using Training;
using Training.Data;
using static TorchSharp.torch;

namespace DebertaGlue;

/// <summary>Fine-tuning of a DeBERTa sequence classifier on one GLUE task.</summary>
internal sealed class GlueFineTuning(
    GlueDataset data, GlueFineTuning.Tokens tokens, AdaptedModel adapted, Device device, IBatchSampler sampler, int batchSize)
    : AdapterFineTuning(adapted, sampler)
{
    private readonly DebertaForSequenceClassification _model = (DebertaForSequenceClassification)adapted.Model;

    protected override Tensor ExampleLoss(int[] examples)
    {
        var labels = examples.Select(example => data.Train.Examples[example].Label).ToArray();
        var target = data.Task.IsRegression ? tensor(labels, device: device) : tensor(labels, dtype: ScalarType.Int64, device: device); // [B]
        return _model.Loss(Logits(examples, tokens.Train), target); // []
    }

    protected override EvaluationResult EvaluateExamples()
    {
        var examples = data.Development.Examples;
        return GlueEvaluator.Evaluate(
            data.Task, examples, Training.Data.Batches.Sequential(examples.Count, batchSize), batch => Logits(batch, tokens.Development));
    }

    private Tensor Logits(int[] examples, IReadOnlyList<int[]> ids)
    {
        var batch = PaddedBatch.Collate([.. examples.Select(example => ids[example])], tokens.PaddingId);
        var (inputIds, mask) = batch.ToTensors(device); // [B, T] each
        return _model.call(inputIds, batch.TokenCount == batch.Rows * batch.Columns ? null : mask); // [B, labels]
    }

    /// <summary>The examples of a task as token ids.</summary>
    internal sealed record Tokens(IReadOnlyList<int[]> Train, IReadOnlyList<int[]> Development, int PaddingId)
    {
        /// <param name="data">The examples.</param>
        /// <param name="tokenizer">The tokenizer.</param>
        /// <param name="maxLength">The maximum sequence length; null for none.</param>
        public static Tokens Of(GlueDataset data, DebertaTokenizer tokenizer, int? maxLength)
        {
            return new Tokens([.. data.Train.Examples.Select(Encode)], [.. data.Development.Examples.Select(Encode)], tokenizer.PadTokenId);

            int[] Encode(GlueExample example) => example.Sentence2 is { } second
                ? tokenizer.EncodePair(example.Sentence1, second, maxLength)
                : tokenizer.EncodeSingle(example.Sentence1, maxLength);
        }
    }
}
