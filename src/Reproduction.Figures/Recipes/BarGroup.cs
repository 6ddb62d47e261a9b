namespace Reproduction.Figures;

/// <summary>One group of bars: a metric of a task.</summary>
/// <param name="Task">The task, as in results.csv; empty for values of the method itself.</param>
/// <param name="Metric">The metric, as in results.csv.</param>
/// <param name="Label">What stands below the group.</param>
public sealed record BarGroup(string Task, string Metric, string Label);
