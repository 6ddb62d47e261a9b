namespace Tasks.Gsm8k;

/// <summary>A share of right answers.</summary>
/// <param name="ExactMatch">The share, from 0 to 1.</param>
/// <param name="StandardError">
/// lm-eval's standard error of it: the sample standard deviation by the root of the number of documents; not a number for one document.
/// </param>
public sealed record Gsm8kScore(double ExactMatch, double StandardError)
{
    /// <summary>The score of answers.</summary>
    internal static Gsm8kScore Of(IEnumerable<bool> answers)
    {
        var scores = answers.Select(isCorrect => isCorrect ? 1.0 : 0.0).ToList();
        var mean = scores.Average();
        var variance = scores.Sum(score => (score - mean) * (score - mean)) / (scores.Count - 1);
        return new Gsm8kScore(mean, Math.Sqrt(variance) / Math.Sqrt(scores.Count));
    }
}
