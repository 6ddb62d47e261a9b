using Reproduction.Figures.Charts;
using ScottPlot;

namespace Reproduction.Figures;

/// <summary>
/// The training loss by step on a logarithmic axis, one line for each method, smoothed, with the raw trace of a single seed or the
/// range over several behind it (Figures 1, left, and 9).
/// </summary>
/// <param name="id">The file name without extension.</param>
/// <param name="title">The title.</param>
/// <param name="paperReference">Where it stands in the paper.</param>
/// <param name="metric">The metric, as in results.csv.</param>
/// <param name="yLabel">The label of the vertical axis.</param>
public sealed class TrainingCurveFigure(string id, string title, string paperReference, string metric, string yLabel)
    : FigureRecipe(id, title, paperReference)
{
    private const double SmoothingShare = 0.04;

    /// <summary>The task, or null for the only one.</summary>
    public string? Task { get; init; }

    /// <summary>The rank, or null for all.</summary>
    public int? Rank { get; init; }

    /// <summary>The training loss of each task.</summary>
    /// <param name="tasks">The tasks, each with its name in titles.</param>
    /// <param name="paperReference">Where they stand in the paper.</param>
    /// <param name="yLabel">The label of the vertical axis.</param>
    public static IEnumerable<TrainingCurveFigure> OfTasks(
        IEnumerable<(string Task, string Title)> tasks, string paperReference, string yLabel) =>
        tasks.Select(task => new TrainingCurveFigure(
            $"training-loss-{task.Task}", $"Training loss on {task.Title}", paperReference, "training_loss", yLabel) { Task = task.Task });

    /// <inheritdoc/>
    public override string? Missing(ResultSet results) =>
        Select(results).MissingSteps(positive: true, $"no {metric} is measured yet at any step");

    private protected override void Build(Plot plot, ResultSet results)
    {
        var series = Select(results).ByStep(Selection.SeedRange).Select(one => one.Positive());
        new LineChart("training step", yLabel, LogX: false, LogY: true, Bands: true, "range over seeds; smoothed")
            .Draw(plot, [.. series.Select(one => one.Origin switch
            {
                ValueOrigin.Measured => one.Smoothed(SmoothingShare),
                ValueOrigin.Reference => one.Smoothed(SmoothingShare) with { Trace = [] },
                _ => one,
            })], results.Profile);
    }

    private Selection Select(ResultSet results) => new(Id, results, metric, Task, Rank);
}
