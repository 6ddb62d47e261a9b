namespace Reproduction;

/// <summary>One measured value of a trial.</summary>
/// <param name="Metric">The metric's name as in data/published, such as <c>accuracy</c> or <c>training_loss</c>.</param>
/// <param name="Value">The value, in <paramref name="Unit"/>.</param>
/// <param name="Unit">The unit, such as <c>%</c>, <c>s</c> or <c>bytes</c>; empty for plain numbers.</param>
/// <param name="Step">The training step it belongs to, or null for the end of the trial.</param>
/// <param name="N">The number of examples behind the value, or null.</param>
/// <param name="StandardError">The value's standard error in <paramref name="Unit"/>, or null.</param>
public sealed record MetricRow(
    string Metric, double Value, string Unit = "", int? Step = null, int? N = null, double? StandardError = null)
{
    /// <summary>
    /// Ends the name of a metric at the last step, where the trial's values are those of the best step, such as <c>accuracy_last</c>.
    /// Claims are judged by both.
    /// </summary>
    public const string LastStepSuffix = "_last";
}
