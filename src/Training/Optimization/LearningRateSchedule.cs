namespace Training.Optimization;

/// <summary>A learning-rate schedule, equal to Hugging Face's <c>get_scheduler</c>.</summary>
/// <param name="Type">Its shape.</param>
/// <param name="WarmupSteps">The number of linear warm-up steps; the first of them has rate 0.</param>
/// <param name="TotalSteps">The number of optimiser steps of the whole run.</param>
/// <exception cref="ArgumentOutOfRangeException">The warm-up is negative, or the run has no step.</exception>
public sealed record LearningRateSchedule(ScheduleType Type, int WarmupSteps, int TotalSteps)
{
    /// <summary>The number of linear warm-up steps; the first of them has rate 0.</summary>
    public int WarmupSteps { get; } = WarmupSteps >= 0
        ? WarmupSteps
        : throw new ArgumentOutOfRangeException(nameof(WarmupSteps), WarmupSteps, "expected 0 or more");

    /// <summary>The number of optimiser steps of the whole run.</summary>
    public int TotalSteps { get; } = TotalSteps >= 1
        ? TotalSteps
        : throw new ArgumentOutOfRangeException(nameof(TotalSteps), TotalSteps, "expected 1 or more");

    /// <summary>The factor that multiplies the learning rate at an optimiser step.</summary>
    /// <param name="step">The step, counted from 0.</param>
    public double Factor(int step)
    {
        if (Type == ScheduleType.Constant)
        {
            return 1;
        }

        if (step < WarmupSteps)
        {
            return (double)step / Math.Max(1, WarmupSteps);
        }

        var decaySteps = Math.Max(1, TotalSteps - WarmupSteps);
        return Type switch
        {
            ScheduleType.ConstantWithWarmup => 1,
            ScheduleType.Linear => Math.Max(0, (double)(TotalSteps - step) / decaySteps),
            ScheduleType.Cosine => Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * (step - WarmupSteps) / decaySteps))),
            _ => throw new ArgumentOutOfRangeException(nameof(Type), Type, "unknown schedule"),
        };
    }
}
