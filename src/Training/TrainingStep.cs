namespace Training;

/// <summary>One optimiser step of a run.</summary>
/// <param name="Step">The step, counted from 1.</param>
/// <param name="TotalSteps">Steps of the whole run.</param>
/// <param name="Loss">The batch's loss before the step.</param>
/// <param name="GradientNorm">The norm of all gradients before clipping.</param>
/// <param name="LearningRate">The rate of the step.</param>
public sealed record TrainingStep(int Step, int TotalSteps, double Loss, double GradientNorm, double LearningRate);
