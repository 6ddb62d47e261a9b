namespace Tasks.Gsm8k;

/// <summary>The result of evaluating a model on GSM8K.</summary>
/// <param name="Predictions">The responses in the order of the test split.</param>
public sealed record Gsm8kEvaluation(IReadOnlyList<Gsm8kPrediction> Predictions)
{
    /// <summary>The score by strict-match.</summary>
    public Gsm8kScore StrictMatch => Gsm8kScore.Of(Predictions.Select(prediction => prediction.Strict.IsCorrect));

    /// <summary>The score by flexible-extract.</summary>
    public Gsm8kScore FlexibleExtract => Gsm8kScore.Of(Predictions.Select(prediction => prediction.Flexible.IsCorrect));

    /// <summary>How many prompts were too long for the context and lost their beginning.</summary>
    public int CutPrompts => Predictions.Count(prediction => prediction.CutTokens > 0);

    /// <summary>The share of responses that each stop string ended.</summary>
    public IReadOnlyDictionary<string, double> StoppedShares => Predictions.Where(prediction => prediction.StoppedBy is not null)
        .GroupBy(prediction => prediction.StoppedBy!).ToDictionary(group => group.Key, group => Share(group.Count()));

    /// <summary>The share of responses that ended with the most new tokens.</summary>
    public double LengthShare => Share(Predictions.Count(prediction => prediction.StoppedBy is null));

    private double Share(int count) => (double)count / Predictions.Count;
}
