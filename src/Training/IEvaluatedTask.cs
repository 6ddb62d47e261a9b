namespace Training;

/// <summary>A training task with held-out data.</summary>
public interface IEvaluatedTask : ITrainingTask
{
    /// <summary>Evaluates on the held-out split; called in evaluation mode and without gradients.</summary>
    EvaluationResult Evaluate();
}
