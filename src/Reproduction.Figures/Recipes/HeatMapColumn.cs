namespace Reproduction.Figures;

/// <summary>One column of a heat map: a task.</summary>
/// <param name="Task">The task, as in results.csv.</param>
/// <param name="Label">What stands below the column.</param>
public sealed record HeatMapColumn(string Task, string Label);
