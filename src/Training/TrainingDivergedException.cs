namespace Training;

/// <summary>
/// Loss, gradients or the loss of an evaluation became NaN or infinite. The model's parameters are those of <see cref="LastGoodStep"/>.
/// </summary>
public sealed class TrainingDivergedException : Exception
{
    /// <param name="step">The first bad step, counted from 1.</param>
    /// <param name="what">What was not finite, and its value.</param>
    /// <param name="lastGoodStep">The step whose parameters the model holds; 0 for the initial ones.</param>
    public TrainingDivergedException(int step, string what, int lastGoodStep)
        : base($"training diverged at step {step}: {what}; the parameters are those after step {lastGoodStep}")
    {
        Step = step;
        LastGoodStep = lastGoodStep;
    }

    /// <summary>The first bad step, counted from 1.</summary>
    public int Step { get; }

    /// <summary>The step whose parameters the model holds; 0 for the initial ones.</summary>
    public int LastGoodStep { get; }
}
