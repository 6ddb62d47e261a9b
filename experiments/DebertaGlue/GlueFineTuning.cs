using Experiments.Shared;
using ModelZoo.Deberta;
using SpectralAdapters;
using Tasks.Glue;
using Training;

namespace DebertaGlue;

/// <summary>Fine-tuning of a DeBERTa sequence classifier on one GLUE task.</summary>
internal sealed class GlueFineTuning(EncodedGlue data, AdaptedModel adapted, FineTuningSettings settings, int seed)
    : EvaluatedFineTuning(adapted, settings.Sampler(data.TrainLengths, seed))
{
    private readonly DebertaForSequenceClassification _model = (DebertaForSequenceClassification)adapted.Model;

    protected override BatchLoss ExampleLoss(int[] examples)
    {
        var (inputIds, mask, labels) = data.TrainBatch(examples);
        return new BatchLoss(_model.Loss(_model.call(inputIds, mask), labels), examples.Length);
    }

    protected override EvaluationResult EvaluateExamples() =>
        data.Evaluate(settings.BatchSize, (inputIds, mask) => _model.call(inputIds, mask));
}
