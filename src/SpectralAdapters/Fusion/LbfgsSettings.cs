namespace SpectralAdapters.Fusion;

/// <summary>The settings of <see cref="Lbfgs"/>, with the defaults of PyTorch's L-BFGS.</summary>
public sealed record LbfgsSettings
{
    /// <summary>The learning rate: the first step length that a line search tries.</summary>
    public double LearningRate { get; init; } = 1;

    /// <summary>How many pairs of gradient change and step are remembered.</summary>
    public int HistorySize { get; init; } = 100;

    /// <summary>How many directions are searched at most.</summary>
    public int MaxIterations { get; init; } = 20;

    /// <summary>After how many evaluations of the loss no further direction is searched; null for 5/4 of the iterations.</summary>
    public int? MaxEvaluations { get; init; }

    /// <summary>The search ends where no entry of the gradient is larger.</summary>
    public double GradientTolerance { get; init; } = 1e-7;

    /// <summary>The search ends where neither the point nor the loss changes by more.</summary>
    public double ChangeTolerance { get; init; } = 1e-9;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range; the message names it, its value and the range.</exception>
    public void Validate()
    {
        Require(LearningRate > 0 && double.IsFinite(LearningRate), "the learning rate", LearningRate, "a number above 0");
        Require(HistorySize >= 1, "the history size", HistorySize, "at least 1");
        Require(MaxIterations >= 1, "the number of iterations", MaxIterations, "at least 1");
        Require(MaxEvaluations is null or >= 1, "the number of evaluations", MaxEvaluations ?? 0, "at least 1");
        Require(GradientTolerance >= 0, "the gradient tolerance", GradientTolerance, "at least 0");
        Require(ChangeTolerance >= 0, "the change tolerance", ChangeTolerance, "at least 0");
    }

    private static void Require(bool holds, string what, double found, string expected)
    {
        if (!holds)
        {
            throw new ArgumentException(FormattableString.Invariant($"L-BFGS: {what} is {found}; {expected} is needed."));
        }
    }
}
