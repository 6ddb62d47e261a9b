using Experiments.Shared;
using ModelZoo.Encoders;
using SpectralAdapters;
using Tasks.Glue;
using Training;

namespace DebertaGlue;

/// <summary>Fine-tuning of a sequence classifier on one GLUE task.</summary>
internal sealed class GlueFineTuning(EncodedGlue data, AdaptedModel adapted, FineTuningSettings settings, int seed)
    : EvaluatedFineTuning(adapted, settings.Sampler(data.TrainLengths, seed))
{
    private readonly ISequenceClassifier _model = (ISequenceClassifier)adapted.Model;

    protected override BatchLoss ExampleLoss(int[] examples)
    {
        var (inputs, labels) = data.TrainBatch(examples);
        return new BatchLoss(_model.Loss(_model.Logits(inputs.InputIds, inputs.TokenTypeIds, inputs.Mask), labels), examples.Length);
    }

    protected override EvaluationResult EvaluateExamples() => data.Evaluate(
        settings.BatchSize, settings.GroupByLength,
        inputs => _model.Logits(inputs.InputIds, inputs.TokenTypeIds, inputs.Mask));
}
