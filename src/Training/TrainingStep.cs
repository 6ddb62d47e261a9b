namespace Training;

/// <summary>One optimiser step of a run.</summary>
/// <param name="Step">The step, counted from 1.</param>
/// <param name="TotalSteps">The number of steps of the whole run.</param>
/// <param name="Loss">The loss of the step's batches, before the step.</param>
/// <param name="GradientNorm">The norm of all gradients before clipping.</param>
/// <param name="LearningRate">
/// The learning rate of the step: <see cref="TrainingConfig.LearningRate"/> by the schedule. Groups with a rate of their own follow the
/// same schedule.
/// </param>
public sealed record TrainingStep(int Step, int TotalSteps, double Loss, double GradientNorm, double LearningRate);
