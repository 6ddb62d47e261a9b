using SpectralAdapters;
using Training;
using Training.Data;

namespace Experiments.Shared;

/// <summary>Fine-tuning of a model with an adapter that is evaluated on held-out data.</summary>
public abstract class EvaluatedFineTuning : AdapterFineTuning, IEvaluatedTask
{
    /// <param name="adapted">The model with its adapter.</param>
    /// <param name="sampler">The order of the training examples.</param>
    protected EvaluatedFineTuning(AdaptedModel adapted, IBatchSampler sampler)
        : base(adapted, sampler)
    {
    }

    /// <inheritdoc/>
    /// <remarks>PEFT's AdaLoRA adds its penalty to every loss, so it takes part in the choice of the best checkpoint too.</remarks>
    public EvaluationResult Evaluate() => new PenalizedEvaluation(EvaluateExamples(), Penalty());

    /// <summary>Evaluates on the held-out split; called in evaluation mode and without gradients.</summary>
    protected abstract EvaluationResult EvaluateExamples();
}
