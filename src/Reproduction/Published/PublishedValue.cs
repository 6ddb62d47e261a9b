namespace Reproduction.Published;

/// <summary>One number of the paper: a line of data/published/*.csv.</summary>
/// <param name="Artefact">The table or figure, such as <c>table1</c> or <c>figure1</c>.</param>
/// <param name="Method">The method, as in <see cref="Trial.Method"/>.</param>
/// <param name="Rank">The rank, or null.</param>
/// <param name="Task">The task, as in <see cref="Trial.Task"/>; empty for values of the method itself.</param>
/// <param name="Step">The training step, or null.</param>
/// <param name="Metric">The metric, as in <see cref="MetricRow.Metric"/>.</param>
/// <param name="Value">The value, in <paramref name="Unit"/>.</param>
/// <param name="Decimals">The number of decimals printed.</param>
/// <param name="StandardError">The published standard error, or null.</param>
/// <param name="ReadingError">How far a value read off a figure may be from the plotted one, or null for printed numbers.</param>
/// <param name="Unit">The unit; empty for plain numbers.</param>
/// <param name="Source">Where the number was read.</param>
/// <param name="Confidence">V read directly, C caption only, S secondary, D derived.</param>
public sealed record PublishedValue(
    string Artefact, string Method, int? Rank, string Task, int? Step, string Metric, double Value, int Decimals,
    double? StandardError, double? ReadingError, string Unit, string Source, string Confidence);
